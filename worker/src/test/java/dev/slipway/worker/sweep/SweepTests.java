package dev.slipway.worker.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SweepTests {

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final Rows rows = new Rows();
    private boolean leads = true;
    private final Sweep<String> sweep = new Sweep<>(rows, () -> leads, clock);

    /** Rows by id, each with the instant of its last command. */
    private static final class Rows implements SweptRows<String> {

        private final Map<String, Instant> untaken = new TreeMap<>();
        private final Map<String, Integer> unfinished = new TreeMap<>();
        private final Set<String> running = new HashSet<>();
        private final List<String> woken = new ArrayList<>();
        private final Set<String> asked = new HashSet<>();
        private @Nullable String bad;
        private @Nullable String endedWhenAsked;
        private int wakesBeforeTheOutage = Integer.MAX_VALUE;

        void unfinished(int count) {
            IntStream.range(0, count).forEach(number -> unfinished.put("row-%04d".formatted(number), 1));
        }

        /** The wakes since the last call. */
        List<String> woken() {
            List<String> now = List.copyOf(woken);
            woken.clear();
            return now;
        }

        @Override
        public String key(String row) {
            return row + "/" + unfinished.getOrDefault(row, 1);
        }

        @Override
        public List<String> untakenSince(Instant before, @Nullable String after, int limit) {
            return untaken.entrySet().stream()
                    .filter(row -> row.getValue().isBefore(before))
                    .map(Map.Entry::getKey)
                    .filter(row -> after == null || row.compareTo(after) > 0)
                    .limit(limit)
                    .toList();
        }

        @Override
        public List<String> unfinished(@Nullable String after, int limit) {
            return unfinished.keySet().stream()
                    .filter(row -> after == null || row.compareTo(after) > 0)
                    .limit(limit)
                    .toList();
        }

        @Override
        public Optional<String> again(String row) {
            return unfinished.containsKey(row) ? Optional.of(row) : Optional.empty();
        }

        @Override
        public void wake(String row) {
            if (row.equals(bad)) {
                throw new IllegalStateException("a bad row");
            }
            if (woken.size() >= wakesBeforeTheOutage) {
                throw new Unavailable(ErrorCode.UNAVAILABLE, "Temporal does not answer");
            }
            woken.add(row);
        }

        @Override
        public boolean isRunning(String row) {
            asked.add(row);
            if (row.equals(endedWhenAsked)) {
                unfinished.remove(row);
            }
            return running.contains(row);
        }
    }

    private void after(Duration time) {
        clock.pass(time);
        sweep.round();
    }

    /** The first round of a leader wakes each unfinished row; the tests of later rounds begin after it. */
    private void begin() {
        sweep.round();
        rows.woken();
    }

    @Test
    void wakesEachUnfinishedRowOnceWhenItBeginsToLead() {
        rows.unfinished(3);

        sweep.round();
        assertThat(rows.woken()).containsExactly("row-0000", "row-0001", "row-0002");
        after(Duration.ofSeconds(1));
        assertThat(rows.woken()).isEmpty();

        leads = false;
        after(Duration.ofSeconds(1));
        leads = true;
        after(Duration.ofSeconds(1));
        assertThat(rows.woken()).as("another may have led meanwhile").hasSize(3);
    }

    @Test
    void doesNothingWhileAnotherLeads() {
        rows.unfinished(3);
        rows.untaken.put("row-0001", Instant.EPOCH);
        leads = false;

        sweep.round();
        after(Duration.ofMinutes(5));

        assertThat(rows.woken()).isEmpty();
        assertThat(rows.asked).isEmpty();
    }

    @Test
    void wakesWhatNobodyTakesLessAndLessOften() {
        begin();
        rows.untaken.put("one", clock.instant());
        List<Integer> wakes = new ArrayList<>();
        for (int second = 1; second <= 130; second++) {
            after(Duration.ofSeconds(1));
            if (!rows.woken().isEmpty()) {
                wakes.add(second);
            }
        }
        assertThat(wakes).as("after 2, 4, 8, 16, 32 and 60 seconds").containsExactly(3, 5, 9, 17, 33, 65, 125);
    }

    @Test
    void aNewCommandOfTheRowIsWokenAtOnce() {
        begin();
        rows.unfinished.put("one", 1);
        rows.untaken.put("one", clock.instant());
        rows.running.add("one");
        after(Duration.ofSeconds(3));
        after(Duration.ofSeconds(2));
        after(Duration.ofSeconds(1));
        rows.woken();

        rows.unfinished.put("one", 2);
        sweep.round();

        assertThat(rows.woken()).containsExactly("one");
    }

    @Test
    void asksEachFifteenSecondsAndWakesThoseThatDoNotRun() {
        rows.unfinished(3);
        rows.running.addAll(Set.of("row-0000", "row-0002"));
        begin();

        after(Duration.ofSeconds(14));
        assertThat(rows.asked).isEmpty();
        after(Duration.ofSeconds(1));

        assertThat(rows.asked).hasSize(3);
        assertThat(rows.woken()).containsExactly("row-0001");
    }

    @Test
    void doesNotWakeWhatHasEndedSinceItWasRead() {
        rows.unfinished(2);
        begin();
        rows.endedWhenAsked = "row-0000";

        after(Duration.ofSeconds(15));

        assertThat(rows.woken()).containsExactly("row-0001");
    }

    @Test
    void aBadRowDoesNotStopTheOthers() {
        rows.unfinished(3);
        rows.bad = "row-0001";

        sweep.round();

        assertThat(rows.woken()).containsExactly("row-0000", "row-0002");
    }

    @Test
    void aLargeInstallationTakesSeveralRoundsAndEachRowHasItsTurn() {
        rows.unfinished(1_250);
        List<Integer> inEach = new ArrayList<>();
        Set<String> all = new HashSet<>();
        for (int round = 0; round < 14; round++) {
            sweep.round();
            List<String> woken = rows.woken();
            inEach.add(woken.size());
            all.addAll(woken);
        }
        assertThat(inEach).startsWith(100, 100).endsWith(50, 0);
        assertThat(all).hasSize(1_250);
    }

    @Test
    void goesOnAtTheSameRowAfterAnOutage() {
        rows.unfinished(5);
        rows.wakesBeforeTheOutage = 2;
        assertThatExceptionOfType(Unavailable.class).isThrownBy(sweep::round);
        assertThat(rows.woken()).containsExactly("row-0000", "row-0001");
        rows.wakesBeforeTheOutage = Integer.MAX_VALUE;

        after(Duration.ofSeconds(1));

        assertThat(rows.woken()).containsExactly("row-0002", "row-0003", "row-0004");
    }
}
