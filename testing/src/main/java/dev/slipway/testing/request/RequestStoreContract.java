package dev.slipway.testing.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.request.RequestKey;
import dev.slipway.domain.request.RequestStore;
import dev.slipway.domain.request.Started;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every {@link RequestStore} does: run against the fake and against PostgreSQL. */
public abstract class RequestStoreContract {

    private final RequestKey key = key("nightly");

    protected abstract RequestStore store();

    @Test
    void answersTheSameKeyWithTheFirstResult() {
        Started job = started("task-1");
        Started model = new Started(Started.Thing.MODEL, "model-1", 0, null);

        assertThat(store().once(key, () -> job)).isEqualTo(job);
        assertThat(store().once(key, () -> started("task-2"))).isEqualTo(job);
        assertThat(store().once(key("import"), () -> model)).isEqualTo(model);
        assertThat(store().once(key, () -> {
                    throw new AssertionError("ran again");
                }))
                .isEqualTo(job);
    }

    @Test
    void tellsWorkflowIdsAndRunsApart() {
        Started first = store().once(key, () -> started("task-1"));
        Started otherRun =
                store().once(new RequestKey(key.workflowId(), UUID.randomUUID().toString()), () -> started("task-2"));
        Started otherWorkflow = store().once(new RequestKey("other", key.firstRunId()), () -> started("task-3"));

        assertThat(List.of(first, otherRun, otherWorkflow)).doesNotHaveDuplicates();
    }

    @Test
    void keepsNothingOfACommandThatIsRefused() {
        assertThatThrownBy(() -> store().once(key, () -> {
                    throw new Conflict(ErrorCode.WRONG_STATE, "still runs");
                }))
                .isInstanceOf(Conflict.class);
        assertThat(store().once(key, () -> started("task-1"))).isEqualTo(started("task-1"));
    }

    @Test
    void runsOneOfManyCommandsAtTheSameMoment() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(3);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Started> first = executor.submit(() -> store().once(key, () -> {
                inside.countDown();
                await(others);
                return started("task-" + runs.incrementAndGet());
            }));
            await(inside);
            List<Future<Started>> late = java.util.stream.Stream.generate(() -> executor.submit(() -> {
                        others.countDown();
                        return store().once(key, () -> started("task-" + runs.incrementAndGet()));
                    }))
                    .limit(3)
                    .toList();
            for (Future<Started> each : late) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isEqualTo(started("task-1"));
            }
            assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(started("task-1"));
        }
        assertThat(runs).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RequestKey key(String workflowId) {
        return new RequestKey(workflowId, UUID.randomUUID().toString());
    }

    private static Started started(String task) {
        return new Started(Started.Thing.SERVICE, "service-1", 3, task);
    }
}
