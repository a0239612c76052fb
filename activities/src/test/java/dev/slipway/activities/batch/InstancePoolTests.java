package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.NoWholeAnswer;
import dev.slipway.instance.client.NoWholeAnswer.How;
import dev.slipway.testing.instance.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class InstancePoolTests {

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void sharesCallsOutEvenlyUpToTheWindowOfEach() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                ModelServer other = new ModelServer()) {
            fixture.ready(fixture.model.address(), other.address());
            try (InstancePool pool = fixture.pool()) {
                List<InstancePool.Permit> permits = taken(pool, 2 * Limits.USUAL.window());
                Future<InstancePool.Permit> more = threads.submit(() -> pool.acquire(pool.turn(), false));
                fixture.model.hold(body -> true);
                other.hold(body -> true);
                List<Future<ModelAnswer>> calls = new ArrayList<>();
                permits.forEach(permit -> calls.add(threads.submit(() -> permit.call(request("1"), folder))));
                Await.until(
                        "both have their half", () -> other.calls() == 8 && fixture.model.calls() == 8, other::calls);
                assertThat(more.isDone()).isFalse();
                fixture.model.release();
                other.release();
                for (Future<ModelAnswer> call : calls) {
                    assertThat(call.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
                }
                permits.getFirst().close();
                more.get(20, TimeUnit.SECONDS).close();
            }
        }
    }

    @Test
    void keepsAnInstanceFreeForTheRecordThatHasToBeAlone() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                InstancePool pool = fixture.pool()) {
            List<InstancePool.Permit> permits = taken(pool, 2);
            Future<InstancePool.Permit> alone = threads.submit(() -> pool.acquire(pool.turn(), true));
            Await.until("it waits", () -> pool.waitingAlone() == 1, pool::waitingAlone);
            Future<InstancePool.Permit> late = threads.submit(() -> pool.acquire(pool.turn(), false));
            permits.get(0).close();
            assertThat(alone.isDone()).isFalse();
            permits.get(1).close();
            InstancePool.Permit only = alone.get(20, TimeUnit.SECONDS);
            assertThat(late.isDone()).isFalse();
            only.close();
            late.get(20, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void givesPermitsInTheOrderOfTurnsWhoeverAsksFirst() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                InstancePool pool = fixture.pool()) {
            List<InstancePool.Permit> permits = taken(pool, Limits.USUAL.window());
            List<Long> turns = Stream.generate(pool::turn).limit(20).toList();
            Queue<Long> served = new ConcurrentLinkedQueue<>();
            List<Future<?>> calls = new ArrayList<>();
            for (long turn : turns.reversed()) {
                calls.add(threads.submit(() -> {
                    InstancePool.Permit permit = pool.acquire(turn, false);
                    served.add(turn);
                    permit.close();
                    return turn;
                }));
            }
            Await.until("all wait", () -> pool.waiting() == turns.size(), pool::waiting);
            permits.getFirst().close();

            Await.until("all had one", () -> served.size() == turns.size(), served::size);
            assertThat(served).containsExactlyElementsOf(turns);
            assertThat(calls).hasSameSizeAs(turns);
        }
    }

    @Test
    void givesNoPermitOnceTheTimeForItIsUp() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                InstancePool pool = fixture.pool()) {
            List<InstancePool.Permit> permits = taken(pool, 1);
            assertThat(pool.acquireUntil(System.nanoTime() - 1, pool.turn()))
                    .as("though the instance is free for it")
                    .isNull();
            permits.addAll(taken(pool, Limits.USUAL.window() - 1));
            assertThat(pool.acquireUntil(
                            System.nanoTime() + Duration.ofMillis(20).toNanos(), pool.turn()))
                    .as("no instance becomes free in time")
                    .isNull();
            permits.getFirst().close();
            pool.acquire(pool.turn(), false).close();
        }
    }

    @Test
    void takesUpInstancesThatBecomeReadyAndLeavesThoseThatAreGone() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                ModelServer next = new ModelServer()) {
            fixture.ready();
            try (InstancePool pool = fixture.pool()) {
                Future<InstancePool.Permit> waiting = threads.submit(() -> pool.acquire(pool.turn(), false));
                fixture.ready(fixture.model.address());
                waiting.get(20, TimeUnit.SECONDS).close();
                fixture.model.close();
                fixture.ready();
                Await.until("it is gone", () -> pool.ready() == 0, pool::ready);
                fixture.ready(next.address());
                try (InstancePool.Permit permit = pool.acquire(pool.turn(), false)) {
                    assertThat(text(permit.call(request("5"), folder))).isEqualTo("{\"got\": 5}");
                }
            }
        }
    }

    @Test
    void saysThatNoInstanceWasReadyForTooLong() {
        BatchLimits impatient = Limits.withoutInstances(Duration.ofMillis(300));
        try (TaskFixture fixture = TaskFixture.files(folder, impatient)) {
            fixture.ready();
            try (InstancePool pool = fixture.pool()) {
                assertThatExceptionOfType(NoInstances.class)
                        .isThrownBy(() -> pool.acquire(pool.turn(), false))
                        .withMessageContaining("no instance of");
            }
        }
    }

    @Test
    void endsWaitsWhenItIsClosed() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.ready();
            InstancePool pool = fixture.pool();
            Future<InstancePool.Permit> waiting = threads.submit(() -> pool.acquire(pool.turn(), false));
            pool.close();
            assertThat(waiting)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(NoInstances.class);
        }
    }

    @Test
    void replacesAnInstanceThatHangs() throws Exception {
        BatchLimits quick = Limits.record(Duration.ofMillis(300));
        try (TaskFixture fixture = TaskFixture.files(folder, quick);
                InstancePool pool = fixture.pool()) {
            hang(fixture, pool);
            Await.until("it is replaced", () -> !leaving(fixture).isEmpty(), () -> leaving(fixture));
            assertThat(leaving(fixture))
                    .containsExactly(new InstanceId(fixture.task.id().instances(), 0, 1));
        }
    }

    /** Else it comes back at the next round, hangs again, and is never ended. */
    @Test
    void replacesAnInstanceThatHangsOnceTheDatabaseAnswersAgain() throws Exception {
        BatchLimits quick = Limits.record(Duration.ofMillis(300));
        try (TaskFixture fixture = TaskFixture.files(folder, quick);
                InstancePool pool = fixture.pool()) {
            fixture.sets.cutOff(true);
            hang(fixture, pool);
            assertThat(leaving(fixture)).isEmpty();

            fixture.sets.cutOff(false);

            Await.until("it is replaced", () -> !leaving(fixture).isEmpty(), () -> leaving(fixture));
            assertThat(leaving(fixture))
                    .containsExactly(new InstanceId(fixture.task.id().instances(), 0, 1));
        }
    }

    @Test
    void sendsNothingToAnInstanceThatHangsUntilItIsGone() throws Exception {
        BatchLimits quick = Limits.record(Duration.ofMillis(300));
        try (TaskFixture fixture = TaskFixture.files(folder, quick);
                InstancePool pool = fixture.pool()) {
            hang(fixture, pool);

            Address address = fixture.model.address();
            fixture.ready(address, address, address);

            Await.until("the others are known", () -> pool.ready() >= 2, pool::ready);
            assertThat(pool.ready()).isEqualTo(2);
        }
    }

    private void hang(TaskFixture fixture, InstancePool pool) throws Exception {
        fixture.model.hold(body -> true);
        try (InstancePool.Permit permit = pool.acquire(pool.turn(), false)) {
            assertThatExceptionOfType(NoWholeAnswer.class)
                    .isThrownBy(() -> permit.call(request("1"), folder))
                    .satisfies(failure -> assertThat(failure.how()).isEqualTo(How.TIMED_OUT));
        }
    }

    private static Set<InstanceId> leaving(TaskFixture fixture) {
        return fixture.sets
                .find(fixture.task.id().instances())
                .orElseThrow()
                .desired()
                .leaving();
    }

    @Test
    void sendsManyCallsOverOneConnectionAndOneThatIsAloneOverItsOwn() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                InstancePool pool = fixture.pool()) {
            for (int i = 0; i < 5; i++) {
                try (InstancePool.Permit permit = pool.acquire(pool.turn(), false)) {
                    assertThat(text(permit.call(request("" + i), folder))).isEqualTo("{\"got\": %d}".formatted(i));
                }
            }
            assertThat(fixture.model.connections()).isEqualTo(1);
            try (InstancePool.Permit permit = pool.acquire(pool.turn(), true)) {
                permit.call(request("6"), folder);
            }
            assertThat(fixture.model.connections()).isEqualTo(2);
        }
    }

    @Test
    void refusesAnAnswerThatIsTooLong() throws Exception {
        BatchLimits short12 = Limits.longestAnswer(12);
        try (TaskFixture fixture = TaskFixture.files(folder, short12);
                InstancePool pool = fixture.pool();
                InstancePool.Permit permit = pool.acquire(pool.turn(), false)) {
            assertThat(text(permit.call(request("123"), folder))).isEqualTo("{\"got\": 123}");
            assertThatExceptionOfType(AnswerTooLong.class)
                    .isThrownBy(() -> permit.call(request("1234"), folder))
                    .withMessageContaining("longer than 12 bytes");
        }
    }

    private static List<InstancePool.Permit> taken(InstancePool pool, int count) throws InterruptedException {
        List<InstancePool.Permit> permits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            permits.add(pool.acquire(pool.turn(), false));
        }
        return permits;
    }

    private static InstanceRequest request(String body) {
        return new InstanceRequest("POST", "/", Map.of(), List.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(ModelAnswer answer) throws Exception {
        try (AnswerBody body = answer.body()) {
            return new String(body.beginning(1_000), StandardCharsets.UTF_8);
        }
    }
}
