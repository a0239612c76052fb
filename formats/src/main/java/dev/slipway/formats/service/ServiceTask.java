package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import org.jspecify.annotations.Nullable;

/**
 * The task of a batch service.
 *
 * @param records in all; 0 until it is planned
 * @param done records that have their outcome, the failed ones included
 * @param files inputs, one manifest line each
 * @param recordsPerSecond over the last minute; null unless it is worked on, as all to {@code expectedEndLatest}
 * @param instances that take records now
 * @param recordsPerSecondPerInstance on average
 * @param expectedEnd in milliseconds since 1970, at that rate
 * @param expectedEndEarliest to {@code expectedEndLatest}: between which it ends, by how much the rate has varied
 * @param deadline in milliseconds since 1970, when it is ended although records are left; null for none
 * @param startedAt in milliseconds since 1970; null until then, as {@code endedAt}
 * @param manifest address of the first output manifest; null until the end, and where none was written
 */
@WireRecord
public record ServiceTask(
        String id,
        String status,
        long records,
        long done,
        long failed,
        long files,
        @Nullable Double recordsPerSecond,
        @Nullable Integer instances,
        @Nullable Double recordsPerSecondPerInstance,
        @Nullable Long expectedEnd,
        @Nullable Long expectedEndEarliest,
        @Nullable Long expectedEndLatest,
        @Nullable Long deadline,
        @Nullable Long startedAt,
        @Nullable Long endedAt,
        @Nullable String manifest) {}
