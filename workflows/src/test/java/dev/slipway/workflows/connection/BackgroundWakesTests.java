package dev.slipway.workflows.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A wake that hangs, as with Temporal away, keeps no caller. */
@Timeout(60)
class BackgroundWakesTests {

    private final BackgroundWakes wakes = new BackgroundWakes();
    private final CountDownLatch temporalIsBack = new CountDownLatch(1);

    @Test
    void doesNotWaitForAWakeThatHangs() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        wakes.run("service/1", () -> {
            begun.countDown();
            hang();
            ended.countDown();
        });
        // This thread is here although the wake has not ended.
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ended.getCount()).isEqualTo(1);
        temporalIsBack.countDown();
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void dropsWhatIsMoreThanItMayHoldAndTakesMoreAgainLater() throws InterruptedException {
        AtomicInteger done = new AtomicInteger();
        CountDownLatch held = new CountDownLatch(500);
        for (int i = 0; i < 600; i++) {
            wakes.run("service/" + i, () -> {
                hang();
                done.incrementAndGet();
                held.countDown();
            });
        }
        temporalIsBack.countDown();
        assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
        CountDownLatch later = new CountDownLatch(1);
        while (later.getCount() > 0) {
            wakes.run("service/later", later::countDown);
            Thread.onSpinWait();
        }
        assertThat(done).hasValue(500);
    }

    @Test
    void outlivesFailuresAndItsOwnClose() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(2);
        wakes.run("service/1", () -> {
            failed.countDown();
            throw new Unavailable(ErrorCode.UNAVAILABLE, "Temporal does not answer");
        });
        wakes.run("service/2", () -> {
            failed.countDown();
            throw new IllegalStateException("a bug");
        });
        assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
        wakes.close();
        wakes.run("service/3", () -> {
            throw new AssertionError("run after the close");
        });
    }

    private void hang() {
        try {
            temporalIsBack.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
