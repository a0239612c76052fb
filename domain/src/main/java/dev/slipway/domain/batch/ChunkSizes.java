package dev.slipway.domain.batch;

import java.time.Duration;

/**
 * How many records the next chunk should have: the first {@value #FIRST}, then as many as take 20 s at the rate of the last chunk that was
 * worked on, but at most {@value #GROWTH} times as many as any chunk before has had, because few records say little about many.
 */
public final class ChunkSizes {
    public static final long FIRST = 100;
    private static final long GROWTH = 4;
    private static final double AIM_SECONDS = 20;
    private static final long MOST = 200_000;

    private long largest;
    private long size = FIRST;

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
        largest = Math.max(largest, records);
        double seconds = Math.max(took.toMillis(), 1) / 1000.0;
        double wanted = Math.min(records / seconds * AIM_SECONDS, (double) largest * GROWTH);
        size = Math.clamp((long) wanted, 1L, MOST);
    }
}
