package dev.slipway.domain.batch;

import java.time.Duration;

/** How many records the next chunk should have: the first {@value #FIRST}, then as many as take 20 s at the last rate. */
public final class ChunkSizes {
    public static final long FIRST = 100;
    private static final double AIM_SECONDS = 20;
    private static final long MOST = 200_000;

    private ChunkSizes() {}

    /** @param records of the last chunk, which took {@code took} */
    public static long after(long records, Duration took) {
        double seconds = Math.max(took.toMillis(), 1) / 1000.0;
        double wanted = records / seconds * AIM_SECONDS;
        return Math.clamp((long) wanted, 1L, MOST);
    }
}
