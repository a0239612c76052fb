package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.batch.Tasks;
import dev.slipway.testing.service.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldProgressTests {

    /** So long what people see may be behind. */
    private static final long MOST_SECONDS = 5;

    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final BatchTask task =
            tasks.open(BatchTask.draft(new TaskId("t-1"), ServiceId.random(), Tasks.spec(), Services.NOON));
    private long nanos;

    ToldProgressTests() {
        tasks.planned(task.id(), new PlanTotals(1, 1_000));
    }

    /** The longest time for which {@code done} stood still while a record was answered each second. */
    private long longestStandstill(Duration each) {
        ToldProgress told = new ToldProgress(tasks, task.id(), 0, each, () -> nanos);
        List<Long> moves = new ArrayList<>(List.of(0L));
        long shown = done();
        for (long second = 1; second <= 120; second++) {
            nanos = Duration.ofSeconds(second).toNanos();
            told.answered(second);
            if (done() != shown) {
                shown = done();
                moves.add(second);
            }
        }
        long longest = 120 - moves.getLast();
        for (int i = 1; i < moves.size(); i++) {
            longest = Math.max(longest, moves.get(i) - moves.get(i - 1));
        }
        return longest;
    }

    private long done() {
        return tasks.progress(task.id()).orElseThrow().done();
    }

    @Test
    void movesEveryFiveSecondsInAChunkOfAMinute() {
        assertThat(longestStandstill(BatchLimits.DEFAULT.told())).isLessThanOrEqualTo(MOST_SECONDS);
    }

    /** The control: as it was, told with the commit alone. */
    @Test
    void standsStillWhereItIsToldWithTheCommit() {
        assertThat(longestStandstill(BatchLimits.DEFAULT.chunk())).isGreaterThan(MOST_SECONDS);
    }
}
