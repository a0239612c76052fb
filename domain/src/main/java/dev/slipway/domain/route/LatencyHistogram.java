package dev.slipway.domain.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * How many answers took how long, between boundaries that never change: histograms of whatever gateways, sets and minutes are added up
 * bucket by bucket. A bucket counts what took longer than the boundary before it and not longer than its own; the last one counts what
 * took longer than all boundaries.
 *
 * <p>The boundaries are 2^(k/2) seconds for k from -20 to 16: 0.98 ms, 1.38 ms, ... 181 s, 256 s.
 *
 * @param counts one for each bucket
 */
public record LatencyHistogram(List<Long> counts) {

    private static final int FIRST_POWER = -20;
    private static final int LAST_POWER = 16;
    private static final long[] BOUNDARIES = boundariesInNanos();

    /** Of all boundaries together: one more than there are boundaries. */
    public static final int BUCKETS = BOUNDARIES.length + 1;

    public static final LatencyHistogram EMPTY = new LatencyHistogram(Collections.nCopies(BUCKETS, 0L));

    public LatencyHistogram {
        if (counts.size() != BUCKETS) {
            throw new IllegalArgumentException(
                    "latency histogram: expected %d buckets, found %d".formatted(BUCKETS, counts.size()));
        }
        if (counts.stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("latency histogram: expected no negative count, found " + counts);
        }
        counts = List.copyOf(counts);
    }

    private static long[] boundariesInNanos() {
        long[] boundaries = new long[LAST_POWER - FIRST_POWER + 1];
        for (int i = 0; i < boundaries.length; i++) {
            boundaries[i] = Math.round(Math.pow(2, (FIRST_POWER + i) / 2.0) * 1e9);
        }
        return boundaries;
    }

    /** The boundaries, ascending. */
    public static List<Duration> boundaries() {
        return Arrays.stream(BOUNDARIES).mapToObj(Duration::ofNanos).toList();
    }

    /** Which bucket counts an answer that took so long; a negative time counts as none. */
    public static int bucketOf(long nanos) {
        int position = Arrays.binarySearch(BOUNDARIES, nanos);
        return position >= 0 ? position : -position - 1;
    }

    /** How many answers it counts. */
    public long total() {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    public LatencyHistogram plus(LatencyHistogram other) {
        List<Long> sums = new ArrayList<>(BUCKETS);
        for (int i = 0; i < BUCKETS; i++) {
            sums.add(counts.get(i) + other.counts.get(i));
        }
        return new LatencyHistogram(sums);
    }
}
