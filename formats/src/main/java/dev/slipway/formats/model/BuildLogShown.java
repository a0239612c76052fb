package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;

/**
 * What pip printed when the environment of a model was built. An extension of ours.
 *
 * @param log its lines; empty if nothing was installed, or not yet
 */
@WireRecord
public record BuildLogShown(String modelId, String log) {}
