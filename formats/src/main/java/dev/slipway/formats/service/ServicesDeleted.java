package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;

/** {@code {}}: the deletion of all of them was accepted. */
@WireRecord
public record ServicesDeleted() {}
