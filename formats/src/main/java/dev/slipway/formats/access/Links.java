package dev.slipway.formats.access;

import dev.slipway.formats.wire.WireRecord;

/** Where an answer of the identity API stands itself. */
@WireRecord
public record Links(String self) {}
