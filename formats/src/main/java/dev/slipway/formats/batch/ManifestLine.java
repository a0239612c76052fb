package dev.slipway.formats.batch;

import dev.slipway.domain.storage.ObjectUri;

/** A line of an input manifest. */
public sealed interface ManifestLine {
    /** The text of its source field; for a line without one, the beginning of the line. */
    String source();

    /** A line that names an object. */
    record Named(String source, ObjectUri uri) implements ManifestLine {}

    /** A line that cannot be used. */
    record Bad(String source, String reason) implements ManifestLine {}
}
