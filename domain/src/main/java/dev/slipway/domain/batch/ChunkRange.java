package dev.slipway.domain.batch;

/**
 * A range of record ordinals.
 *
 * @param from the first
 * @param to the one after the last, at least from + 1
 */
public record ChunkRange(long from, long to) {
    public ChunkRange {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException("range [%d, %d): expected 0 <= from < to".formatted(from, to));
        }
    }

    public long size() {
        return to - from;
    }

    /** Whether {@code other} is within this range. */
    public boolean covers(ChunkRange other) {
        return from <= other.from && other.to <= to;
    }

    public boolean overlaps(ChunkRange other) {
        return from < other.to && other.from < to;
    }

    @Override
    public String toString() {
        return "[" + from + ", " + to + ")";
    }
}
