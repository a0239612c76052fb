package dev.slipway.domain.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LatencyHistogramTests {

    /** Stored counts mean nothing any more if one of these moves. */
    @Test
    void hasTheBoundariesThatWereFixed() {
        List<Duration> boundaries = LatencyHistogram.boundaries();

        assertThat(boundaries).hasSize(37).isSorted();
        assertThat(LatencyHistogram.BUCKETS).isEqualTo(38);
        assertThat(boundaries.getFirst()).isEqualTo(Duration.ofNanos(976_563));
        assertThat(boundaries.get(19)).isEqualTo(Duration.ofNanos(707_106_781));
        assertThat(boundaries.get(20)).isEqualTo(Duration.ofSeconds(1));
        assertThat(boundaries.get(21)).isEqualTo(Duration.ofNanos(1_414_213_562));
        assertThat(boundaries.getLast()).isEqualTo(Duration.ofSeconds(256));
    }

    @Test
    void eachBoundaryBelongsToTheBucketThatItEnds() {
        List<Duration> boundaries = LatencyHistogram.boundaries();
        for (int i = 0; i < boundaries.size(); i++) {
            long boundary = boundaries.get(i).toNanos();
            assertThat(LatencyHistogram.bucketOf(boundary)).isEqualTo(i);
            assertThat(LatencyHistogram.bucketOf(boundary + 1)).isEqualTo(i + 1);
        }
        assertThat(LatencyHistogram.bucketOf(0)).isZero();
        assertThat(LatencyHistogram.bucketOf(-1)).isZero();
        assertThat(LatencyHistogram.bucketOf(Long.MAX_VALUE)).isEqualTo(37);
    }

    @Test
    void addsUpBucketByBucket() {
        LatencyHistogram one = with(3, 5).plus(with(20, 1));

        assertThat(one.plus(with(3, 2))).isEqualTo(with(3, 7).plus(with(20, 1)));
        assertThat(one.plus(LatencyHistogram.EMPTY)).isEqualTo(one);
        assertThat(one.total()).isEqualTo(6);
    }

    @Test
    void refusesWhatIsNoHistogram() {
        assertThatThrownBy(() -> new LatencyHistogram(List.of(1L))).hasMessageContaining("expected 38 buckets");
        assertThatThrownBy(() -> with(0, -1)).hasMessageContaining("negative");
    }

    private static LatencyHistogram with(int bucket, long count) {
        List<Long> counts = new ArrayList<>(LatencyHistogram.EMPTY.counts());
        counts.set(bucket, count);
        return new LatencyHistogram(counts);
    }
}
