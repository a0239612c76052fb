package dev.slipway.worker.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.batch.Tasks;
import dev.slipway.testing.event.InMemoryEventStore;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.route.InMemoryGateways;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.MovingClock;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.wait.InMemoryWaitStore;
import dev.slipway.workflows.connection.BackgroundWakes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A wake that is lost is made again, as long as its row says that somebody waits. */
@Timeout(60)
class WaitWatcherTests {

    private static final String WORKFLOW = "service/one";
    private static final int MOST_WAKES = 500;

    private final MovingClock clock = new MovingClock(Services.NOON);
    private final InMemoryWaitStore waits = new InMemoryWaitStore();
    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final BackgroundWakes wakes = new BackgroundWakes();
    private final BlockingQueue<String> woken = new LinkedBlockingQueue<>();
    private volatile Predicate<String> temporal = workflow -> true;
    private final WaitWatcher watcher = new WaitWatcher(
            waits,
            new InMemoryInstanceSetStore(),
            new InMemoryGateways(clock),
            new InMemoryServiceStore(),
            new InMemoryModelStore(),
            tasks,
            new InMemoryEventStore(),
            workflow -> {
                boolean runs = temporal.test(workflow);
                woken.add(workflow);
                return runs;
            },
            wakes,
            () -> true,
            clock);

    /** No gateway is registered, so none holds. */
    @BeforeEach
    void waitForNothing() {
        waits.put(new Wait(WORKFLOW, new WaitCondition.Released("one", 1, Set.of()), clock.instant()));
    }

    @AfterEach
    void close() {
        watcher.close();
        wakes.close();
    }

    @Test
    void wakesAgainWhomAnOutageKeptFromHearing() throws InterruptedException {
        temporal = workflow -> {
            throw new Unavailable(ErrorCode.UNAVAILABLE, "Temporal does not answer");
        };
        watcher.round();
        assertThat(waits.all()).hasSize(1);
        temporal = workflow -> true;
        clock.pass(Duration.ofSeconds(2));
        watcher.round();

        assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(WORKFLOW);
    }

    @Test
    void wakesAgainWhoseWakeFoundNoRoom() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        for (int i = 0; i < MOST_WAKES; i++) {
            wakes.run("another", () -> await(answered));
        }
        watcher.round();
        assertThat(woken).as("dropped").isEmpty();
        answered.countDown();
        while (woken.isEmpty()) {
            clock.pass(Duration.ofMinutes(1));
            watcher.round();
        }

        assertThat(woken.take()).isEqualTo(WORKFLOW);
    }

    @Test
    void forgetsWhoDoesNotRun() {
        temporal = workflow -> false;
        clock.pass(Duration.ofMinutes(2));
        watcher.round();

        dev.slipway.testing.instance.Await.until(
                "its wait is gone", () -> waits.all().isEmpty(), waits::all);
    }

    @Test
    void wakesWhoWaitsForAJobOnceItHasEnded() throws InterruptedException {
        TaskId task = new TaskId("a-task");
        tasks.open(BatchTask.draft(task, ServiceId.random(), Tasks.spec(), Services.NOON));
        waits.put(new Wait(WORKFLOW, new WaitCondition.TaskEnded(task.value()), clock.instant()));
        watcher.round();
        wakes.run("after it", () -> woken.add("nobody so far"));
        assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo("nobody so far");

        tasks.seal(task, Seal.stopped());
        tasks.end(task, null, clock.instant());
        watcher.round();
        assertThat(woken.poll(30, TimeUnit.SECONDS)).isEqualTo(WORKFLOW);
    }

    @Test
    void wakesNobodyWhoWaitsNoMore() {
        waits.remove(WORKFLOW);
        watcher.round();
        wakes.close();

        assertThat(woken).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
