package dev.slipway.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.LatencyHistogram;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RequestCounts;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetCounterTests {

    private static final InstanceSetId SET = new InstanceSetId("set-a");
    private static final long MILLI = 1_000_000;

    private final SetCounter counter = new SetCounter(SET);

    private void answer(long minute, int status) {
        counter.opened(minute);
        counter.sent(minute);
        counter.answered(minute, status, 5 * MILLI);
        counter.closed();
    }

    private void tellAll() {
        counter.unreported().forEach(counter::told);
    }

    private List<Long> untoldMinutes() {
        return counter.unreported().stream()
                .map(counts -> counts.minute().getEpochSecond() / 60)
                .toList();
    }

    @Test
    void countsByStatusAndLatency() {
        for (int status : new int[] {200, 201, 302, 404, 422, 500}) {
            answer(7, status);
        }
        counter.opened(7);
        counter.sent(7);
        counter.cut(7);
        counter.closed();

        assertThat(counter.unreported()).singleElement().satisfies(minute -> {
            RequestCounts counts = minute.counts();
            assertThat(minute.minute()).isEqualTo(Instant.EPOCH.plusSeconds(420));
            assertThat(minute.set()).isEqualTo(SET);
            assertThat(List.of(
                            counts.sent(),
                            counts.answered(),
                            counts.successes(),
                            counts.clientErrors(),
                            counts.serverErrors(),
                            counts.cut()))
                    .containsExactly(7L, 6L, 2L, 2L, 1L, 1L);
            assertThat(counts.latency().counts().get(LatencyHistogram.bucketOf(5 * MILLI)))
                    .isEqualTo(6);
            assertThat(minute.inFlight()).isEqualTo(1);
        });
    }

    @Test
    void keepsTheMostThatWereInFlightInEachMinute() {
        counter.opened(1);
        counter.opened(1);
        counter.opened(1);
        counter.closed();
        counter.opened(2);
        counter.closed();
        counter.closed();

        assertThat(counter.unreported()).extracting(MinuteCounts::inFlight).containsExactly(3, 3);

        tellAll();
        counter.closed();
        counter.turnTo(3);

        assertThat(counter.hasInFlight()).isFalse();
        assertThat(counter.isEmpty()).isTrue();
    }

    @Test
    void aMinuteInWhichNothingHappensButARequestIsOpenIsToldToo() {
        counter.opened(1);
        tellAll();

        assertThat(counter.turnTo(1)).isFalse();
        assertThat(counter.unreported()).isEmpty();
        assertThat(counter.turnTo(2)).isTrue();
        assertThat(counter.unreported()).extracting(MinuteCounts::inFlight).containsExactly(1);
    }

    @Test
    void tellsAMinuteAgainAsAWhole() {
        answer(1, 200);
        tellAll();

        assertThat(counter.unreported()).isEmpty();

        answer(1, 200);

        assertThat(counter.unreported())
                .singleElement()
                .satisfies(minute -> assertThat(minute.counts().answered()).isEqualTo(2));
    }

    @Test
    void whatHappensWhileAReportIsUnderWayIsToldWithTheNext() {
        answer(1, 200);
        List<MinuteCounts> underWay = counter.unreported();
        answer(1, 200);
        underWay.forEach(counter::told);
        counter.turnTo(2);

        assertThat(counter.unreported())
                .singleElement()
                .satisfies(minute -> assertThat(minute.counts().answered()).isEqualTo(2));
    }

    @Test
    void forgetsAMinuteOnceItIsOverAndTold() {
        answer(1, 200);
        tellAll();

        assertThat(counter.isEmpty()).isFalse();

        counter.turnTo(2);

        assertThat(counter.isEmpty()).isTrue();
    }

    @Test
    void keepsABoundedNumberOfMinutesAndLosesNoCount() {
        for (int minute = 1; minute <= 100; minute++) {
            answer(minute, 200);
        }

        assertThat(untoldMinutes()).hasSize(SetCounter.MOST_MINUTES).first().isEqualTo(1L);
        assertThat(counter.unreported().stream()
                        .mapToLong(minute -> minute.counts().answered())
                        .sum())
                .isEqualTo(100);

        tellAll();
        counter.turnTo(101);
        answer(101, 200);

        assertThat(untoldMinutes()).containsExactly(101L);
    }
}
