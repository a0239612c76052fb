package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import org.jspecify.annotations.Nullable;

/**
 * The task of a batch service.
 *
 * @param records in all; 0 until it is planned
 * @param done records that have their outcome, the failed ones included
 * @param files inputs, one manifest line each
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
        @Nullable Long startedAt,
        @Nullable Long endedAt,
        @Nullable String manifest) {}
