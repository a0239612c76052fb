package dev.slipway.worker.periodic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PeriodicTaskTests {

    private static final Duration FOR_EVER = Duration.ofHours(1);

    private final Semaphore gone = new Semaphore(0);

    @Test
    void goesOnAfterAFailureAndWhenRung() throws InterruptedException {
        try (PeriodicTask task = new PeriodicTask("test", FOR_EVER, () -> {
            gone.release();
            throw new IllegalStateException("a bad round");
        })) {
            task.start();
            assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            task.runSoon();
            assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Else the process keeps the leader's lock and does none of its work. */
    @Test
    void goesOnAfterAnError() throws InterruptedException {
        try (PeriodicTask task = new PeriodicTask("test", FOR_EVER, () -> {
            gone.release();
            throw new NoClassDefFoundError("a worse round");
        })) {
            task.start();
            assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            task.runSoon();
            assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void goesNoRoundAfterItsEnd() throws InterruptedException {
        PeriodicTask task = new PeriodicTask("test", FOR_EVER, gone::release);
        task.start();
        assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        task.close();
        task.runSoon();
        assertThat(gone.availablePermits()).isZero();
    }
}
