/** How records are written to and read from JSON of the REST API. Not for documents that users write: those are read strictly, by {@code formats.json}. */
@NullMarked
package dev.slipway.formats.wire;

import org.jspecify.annotations.NullMarked;
