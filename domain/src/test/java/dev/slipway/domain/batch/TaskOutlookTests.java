package dev.slipway.domain.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskOutlookTests {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @Test
    void countsTheRecordsOfTheLastMinute() {
        List<WorkSpan> spans = List.of(span(80, 40, 4_000), span(40, 20, 2_000), span(20, 0, 2_000));
        TaskOutlook outlook = TaskOutlook.of(20_000, 8_000, spans, NOW).orElseThrow();

        assertThat(outlook.recordsPerSecond()).isCloseTo(100, within(0.01));
        assertThat(outlook.end()).isEqualTo(NOW.plusSeconds(120));
        assertThat(outlook.earliest()).isBetween(NOW.plusSeconds(108), NOW.plusSeconds(110));
        assertThat(outlook.latest()).isBetween(NOW.plusSeconds(133), NOW.plusSeconds(134));
    }

    @Test
    void addsChunksThatWorkBesideEachOther() {
        List<WorkSpan> spans = List.of(span(60, 0, 600), span(60, 0, 1_200), span(30, 0, 600));

        assertThat(TaskOutlook.of(9_000, 3_000, spans, NOW).orElseThrow().recordsPerSecond())
                .isCloseTo(40, within(0.01));
    }

    @Test
    void aJobThatHasJustBegunIsJudgedByWhatItHasDone() {
        TaskOutlook outlook =
                TaskOutlook.of(1_100, 100, List.of(span(5, 0, 100)), NOW).orElseThrow();

        assertThat(outlook.recordsPerSecond()).isCloseTo(20, within(0.01));
        assertThat(outlook.latest()).as("with much doubt").isEqualTo(NOW.plusSeconds(100));
    }

    @Test
    void theRangeIsWiderTheMoreTheRateVaries() {
        List<WorkSpan> varied = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            varied.add(span(60 - 10 * i, 50 - 10 * i, i % 2 == 0 ? 100 : 1_900));
        }
        TaskOutlook outlook = TaskOutlook.of(20_000, 8_000, varied, NOW).orElseThrow();

        assertThat(outlook.recordsPerSecond()).isCloseTo(100, within(0.01));
        assertThat(outlook.earliest()).isBefore(NOW.plusSeconds(80));
        assertThat(outlook.latest()).isAfter(NOW.plusSeconds(300));
    }

    @Test
    void silenceOfAFewSecondsIsNoIdlenessAndLongerIs() {
        assertThat(TaskOutlook.of(900, 100, List.of(span(15, 5, 100)), NOW)
                        .orElseThrow()
                        .recordsPerSecond())
                .isCloseTo(10, within(0.01));
        assertThat(TaskOutlook.of(900, 100, List.of(span(30, 20, 100)), NOW)
                        .orElseThrow()
                        .recordsPerSecond())
                .isCloseTo(100 / 30.0, within(0.01));
    }

    @Test
    void nothingIsSaidOfATaskThatStandsStillOrIsDone() {
        assertThat(TaskOutlook.of(900, 0, List.of(), NOW)).isEmpty();
        assertThat(TaskOutlook.of(900, 100, List.of(span(200, 100, 100)), NOW)).isEmpty();
        assertThat(TaskOutlook.of(900, 0, List.of(span(5, 0, 0)), NOW)).isEmpty();
        assertThat(TaskOutlook.of(100, 100, List.of(span(5, 0, 100)), NOW)).isEmpty();
        assertThat(TaskOutlook.of(900, 0, List.of(span(0, 0, 7)), NOW))
                .as("of no length")
                .isEmpty();
    }

    private static WorkSpan span(long beganAgo, long endedAgo, long records) {
        return new WorkSpan(NOW.minus(Duration.ofSeconds(beganAgo)), NOW.minus(Duration.ofSeconds(endedAgo)), records);
    }
}
