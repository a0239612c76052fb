package dev.slipway.domain.batch;

import org.jspecify.annotations.Nullable;

/**
 * A chunk that was done.
 *
 * @param fence names the one execution whose part it is
 * @param failed records of it that failed
 * @param lost why there is no part that could be read: then all its records failed for that; null if there is one
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

    /** One whose answers cannot be kept. */
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
