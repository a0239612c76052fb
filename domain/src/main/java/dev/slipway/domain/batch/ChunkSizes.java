package dev.slipway.domain.batch;

import java.time.Duration;

/**
 * How many records the next chunk should have: as many as take 40 s at the rate of the last chunk that was worked on, which is less than a
 * step may take; before that the most. A chunk that is larger than its step has time for commits its beginning, so no size is wrong.
 */
public final class ChunkSizes {
    public static final long MOST = 500_000;
    private static final double AIM_SECONDS = 40;

    private long size = MOST;

    /** The size of the next chunk. */
    public long next() {
        return size;
    }

    /**
     * A chunk was worked on. One that was found done says nothing about the rate and is not reported.
     *
     * @param records of it, which took {@code took}
     */
    public void measured(long records, Duration took) {
        double seconds = Math.max(took.toMillis(), 1) / 1000.0;
        size = Math.clamp((long) (records / seconds * AIM_SECONDS), 1L, MOST);
    }
}
