package dev.slipway.domain.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.instance.InstanceSetId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestCountsTests {

    private static final Instant MINUTE = Instant.parse("2026-11-01T12:30:00Z");

    @Test
    void addUp() {
        RequestCounts sum = new RequestCounts(6, 3, 1, 1, 1, 2, 1, latencies(3))
                .plus(new RequestCounts(12, 6, 2, 2, 1, 3, 2, latencies(6)));

        assertThat(sum).isEqualTo(new RequestCounts(18, 9, 3, 3, 2, 5, 3, latencies(9)));
        assertThat(sum.plus(RequestCounts.NONE)).isEqualTo(sum);
    }

    @Test
    void refuseWhatCannotBeTrue() {
        assertThatThrownBy(() -> new RequestCounts(-1, 0, 0, 0, 0, 0, 0, LatencyHistogram.EMPTY))
                .hasMessageContaining("sent -1");
        assertThatThrownBy(() -> new RequestCounts(1, 1, 1, 1, 0, 0, 0, latencies(1)))
                .hasMessageContaining("statuses 2");
        assertThatThrownBy(() -> new RequestCounts(1, 1, 1, 0, 0, 0, 0, LatencyHistogram.EMPTY))
                .hasMessageContaining("latencies 0");
    }

    @Test
    void ofAMinuteAddUpOnlyWithThoseOfTheSameMinuteAndSet() {
        MinuteCounts counts = counts("a", MINUTE);

        assertThat(counts.plus(counts).inFlight()).isEqualTo(6);
        assertThatThrownBy(() -> counts.plus(counts("b", MINUTE))).hasMessageContaining("set 'set-b'");
        assertThatThrownBy(() -> counts.plus(counts("a", MINUTE.plusSeconds(60))))
                .hasMessageContaining("12:31");
        assertThatThrownBy(() -> counts("a", MINUTE.plusSeconds(1))).hasMessageContaining("first instant");
    }

    private static MinuteCounts counts(String set, Instant minute) {
        return new MinuteCounts(new InstanceSetId("set-" + set), minute, RequestCounts.NONE, 3);
    }

    private static LatencyHistogram latencies(long count) {
        List<Long> counts = new ArrayList<>(LatencyHistogram.EMPTY.counts());
        counts.set(7, count);
        return new LatencyHistogram(counts);
    }
}
