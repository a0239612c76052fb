package dev.slipway.domain.batch;

import org.jspecify.annotations.Nullable;

/**
 * A committed chunk.
 *
 * @param fence the name of the execution that wrote its part
 * @param failed records of it that failed
 * @param lost why its part cannot be read, which is then the failure of all its records; null if it can
 */
public record ChunkCommit(
        ChunkRange range,
        String fence,
        long failed,
        @Nullable String lost) {
    public ChunkCommit {
        if (lost != null && failed != range.size()) {
            throw new IllegalArgumentException(
                    "chunk %s is lost: expected %d failed records, found %d".formatted(range, range.size(), failed));
        }
    }

    public ChunkCommit(ChunkRange range, String fence, long failed) {
        this(range, fence, failed, null);
    }

    /** A chunk whose answers cannot be stored. */
    public static ChunkCommit lost(ChunkRange range, String fence, String reason) {
        return new ChunkCommit(range, fence, range.size(), reason);
    }

    /** The name of its part, the same each time. */
    public String part() {
        return part(range, fence);
    }

    public static String part(ChunkRange range, String fence) {
        return "%015d-%015d-%s".formatted(range.from(), range.to(), fence);
    }
}
