package dev.slipway.domain.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A histogram of latencies with fixed boundaries, so that histograms of different gateways, sets and minutes can be added bucket by bucket.
 * A bucket counts latencies above the boundary before it and up to its own; the last one counts those above all boundaries.
 *
 * <p>The boundaries are 2^(k/2) seconds for k from -20 to 16: 0.98 ms, 1.38 ms, ... 181 s, 256 s.
 *
 * @param counts one for each bucket
 */
public record LatencyHistogram(List<Long> counts) {

    private static final int FIRST_POWER = -20;
    private static final int LAST_POWER = 16;
    private static final long[] BOUNDARIES = boundariesInNanos();

    /** The number of buckets: one more than there are boundaries. */
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

    /** The bucket of a latency; a negative one counts as zero. */
    public static int bucketOf(long nanos) {
        int position = Arrays.binarySearch(BOUNDARIES, nanos);
        return position >= 0 ? position : -position - 1;
    }

    /** The number of answers. */
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
