package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.NoWholeAnswer;
import dev.slipway.instance.client.NoWholeAnswer.How;
import dev.slipway.testing.instance.Wait;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
                List<InstancePool.Slot> slots = taken(pool, 2 * Limits.USUAL.window());
                Future<InstancePool.Slot> more = threads.submit(() -> pool.acquire(false));
                fixture.model.hold(body -> true);
                other.hold(body -> true);
                List<Future<ModelAnswer>> calls = new ArrayList<>();
                slots.forEach(slot -> calls.add(threads.submit(() -> slot.call(request("1"), folder))));
                Wait.until(
                        "both have their half", () -> other.calls() == 8 && fixture.model.calls() == 8, other::calls);
                assertThat(more.isDone()).isFalse();
                fixture.model.release();
                other.release();
                for (Future<ModelAnswer> call : calls) {
                    assertThat(call.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
                }
                slots.getFirst().close();
                more.get(20, TimeUnit.SECONDS).close();
            }
        }
    }

    @Test
    void keepsAnInstanceFreeForTheRecordThatHasToBeAlone() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                InstancePool pool = fixture.pool()) {
            List<InstancePool.Slot> slots = taken(pool, 2);
            Future<InstancePool.Slot> alone = threads.submit(() -> pool.acquire(true));
            Wait.until("it waits", () -> pool.waitingAlone() == 1, pool::waitingAlone);
            Future<InstancePool.Slot> late = threads.submit(() -> pool.acquire(false));
            slots.get(0).close();
            assertThat(alone.isDone()).isFalse();
            slots.get(1).close();
            InstancePool.Slot only = alone.get(20, TimeUnit.SECONDS);
            assertThat(late.isDone()).isFalse();
            only.close();
            late.get(20, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void takesUpInstancesThatBecomeReadyAndLeavesThoseThatAreGone() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                ModelServer next = new ModelServer()) {
            fixture.ready();
            try (InstancePool pool = fixture.pool()) {
                Future<InstancePool.Slot> waiting = threads.submit(() -> pool.acquire(false));
                fixture.ready(fixture.model.address());
                waiting.get(20, TimeUnit.SECONDS).close();
                fixture.model.close();
                fixture.ready();
                Wait.until("it is gone", () -> pool.ready() == 0, pool::ready);
                fixture.ready(next.address());
                try (InstancePool.Slot slot = pool.acquire(false)) {
                    assertThat(text(slot.call(request("5"), folder))).isEqualTo("{\"got\": 5}");
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
                        .isThrownBy(() -> pool.acquire(false))
                        .withMessageContaining("no instance of");
            }
        }
    }

    @Test
    void endsWaitsWhenItIsClosed() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.ready();
            InstancePool pool = fixture.pool();
            Future<InstancePool.Slot> waiting = threads.submit(() -> pool.acquire(false));
            pool.close();
            assertThat(waiting)
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(NoInstances.class);
        }
    }

    @Test
    void replacesAnInstanceThatHangsOnce() throws Exception {
        BatchLimits quick = Limits.record(Duration.ofMillis(300));
        try (TaskFixture fixture = TaskFixture.files(folder, quick);
                InstancePool pool = fixture.pool()) {
            fixture.model.hold(body -> true);
            try (InstancePool.Slot slot = pool.acquire(false)) {
                assertThatExceptionOfType(NoWholeAnswer.class)
                        .isThrownBy(() -> slot.call(request("1"), folder))
                        .satisfies(failure -> assertThat(failure.how()).isEqualTo(How.TIMED_OUT));
            }
            InstanceId first = new InstanceId(fixture.task.id().instances(), 0, 1);
            assertThat(fixture.sets
                            .find(fixture.task.id().instances())
                            .orElseThrow()
                            .desired()
                            .leaving())
                    .containsExactly(first);
        }
    }

    @Test
    void sendsManyCallsOverOneConnectionAndOneThatIsAloneOverItsOwn() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder);
                InstancePool pool = fixture.pool()) {
            for (int i = 0; i < 5; i++) {
                try (InstancePool.Slot slot = pool.acquire(false)) {
                    assertThat(text(slot.call(request("" + i), folder))).isEqualTo("{\"got\": %d}".formatted(i));
                }
            }
            assertThat(fixture.model.connections()).isEqualTo(1);
            try (InstancePool.Slot slot = pool.acquire(true)) {
                slot.call(request("6"), folder);
            }
            assertThat(fixture.model.connections()).isEqualTo(2);
        }
    }

    @Test
    void refusesAnAnswerThatIsTooLong() throws Exception {
        BatchLimits short12 = Limits.longestAnswer(12);
        try (TaskFixture fixture = TaskFixture.files(folder, short12);
                InstancePool pool = fixture.pool();
                InstancePool.Slot slot = pool.acquire(false)) {
            assertThat(text(slot.call(request("123"), folder))).isEqualTo("{\"got\": 123}");
            assertThatExceptionOfType(AnswerTooLong.class)
                    .isThrownBy(() -> slot.call(request("1234"), folder))
                    .withMessageContaining("longer than 12 bytes");
        }
    }

    private static List<InstancePool.Slot> taken(InstancePool pool, int count) throws InterruptedException {
        List<InstancePool.Slot> slots = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            slots.add(pool.acquire(false));
        }
        return slots;
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
