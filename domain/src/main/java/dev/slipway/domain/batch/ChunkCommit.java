package dev.slipway.domain.batch;

/**
 * A chunk that was done.
 *
 * @param fence names the one execution whose part it is
 * @param failed records of it that failed
 */
public record ChunkCommit(ChunkRange range, String fence, long failed) {
    /** The name of its part, the same each time. */
    public String part() {
        return part(range, fence);
    }

    public static String part(ChunkRange range, String fence) {
        return "%015d-%015d-%s".formatted(range.from(), range.to(), fence);
    }
}
