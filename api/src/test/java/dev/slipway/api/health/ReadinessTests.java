package dev.slipway.api.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testing.instance.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadinessTests {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch answers = new CountDownLatch(1);
    private volatile String failure = "";
    private Readiness readiness =
            new Readiness(List.of(new ReadyCheck("one", this::call), new ReadyCheck("two", () -> {})), nanos::get);

    @AfterEach
    void close() {
        readiness.close();
    }

    private void call() {
        calls.incrementAndGet();
        if (!failure.isEmpty()) {
            throw new IllegalStateException(failure);
        }
    }

    private void hang() throws InterruptedException {
        calls.incrementAndGet();
        answers.await();
    }

    @Test
    void aThousandQuestionsAreOneCall() throws Exception {
        List<Future<List<String>>> asked = new ArrayList<>();
        try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                asked.add(askers.submit(readiness::reasons));
            }
        }
        for (Future<List<String>> each : asked) {
            assertThat(each.get()).isEmpty();
        }
        assertThat(calls).hasValue(1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(readiness.reasons()).isEmpty();
        assertThat(calls).hasValue(2);
    }

    @Test
    void saysWhatFailsAndWhyUntilItDoesNoMore() throws Exception {
        failure = "refused";
        assertThat(readiness.reasons()).containsExactly("one: refused");
        failure = "";
        assertThat(readiness.reasons()).as("kept for a second").containsExactly("one: refused");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(readiness.reasons()).isEmpty();
    }

    @Test
    void whatDoesNotAnswerIsNotCalledAgainAndCostsNobodyMoreThanTheLimit() throws Exception {
        readiness.close();
        readiness = new Readiness(List.of(new ReadyCheck("one", this::hang)), nanos::get);
        nanos.set(5);
        Future<List<String>> first;
        try (ExecutorService asker = Executors.newVirtualThreadPerTaskExecutor()) {
            first = asker.submit(readiness::reasons);
            Await.until("the call", () -> calls.get() == 1, () -> calls);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
            // At once: the time of that call is over.
            assertThat(readiness.reasons()).containsExactly("one: no answer for 30 s");
        }
        assertThat(first.get()).hasSize(1);
        assertThat(calls).hasValue(1);

        answers.countDown();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));

        Await.until("ready", () -> ask().isEmpty(), () -> calls);
    }

    private List<String> ask() {
        try {
            return readiness.reasons();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
