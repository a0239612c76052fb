package dev.slipway.domain.batch;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of one input in a chunk: of all of it, or of some rows of a table.
 *
 * @param input its ordinal
 * @param records of it in this chunk
 * @param failed of these
 * @param firstFailure null if none failed
 * @param data the range of its result in the part; null if it has none
 */
public record InputOutcome(
        long input,
        long records,
        long failed,
        @Nullable FirstFailure firstFailure,
        @Nullable ByteRange data) {
    /** @param row of a table, from 0; 0 for other inputs */
    public record FirstFailure(long row, String message) {}

    public record ByteRange(long offset, long length) {}
}
