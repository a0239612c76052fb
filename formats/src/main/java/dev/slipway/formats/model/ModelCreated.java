package dev.slipway.formats.model;

import dev.slipway.formats.wire.WireRecord;

/** The answer to the import of a model: its id. The import itself goes on. */
@WireRecord
public record ModelCreated(String modelId) {}
