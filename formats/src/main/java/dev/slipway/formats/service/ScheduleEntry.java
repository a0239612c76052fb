package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;

/**
 * When a service stops by itself.
 *
 * @param type {@code stop}
 * @param timeUnit {@code DAYS}, {@code HOURS} or {@code MINUTES}
 * @param duration at least 1
 */
@WireRecord
public record ScheduleEntry(String type, String timeUnit, int duration) {}
