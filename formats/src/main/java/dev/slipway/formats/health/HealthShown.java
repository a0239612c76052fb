package dev.slipway.formats.health;

import dev.slipway.formats.wire.WireRecord;

/**
 * Whether a process answers.
 *
 * @param healthy always true: a process that is not does not answer
 */
@WireRecord
public record HealthShown(boolean healthy) {}
