package dev.slipway.worker.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RoundsTests {

    private static final Duration FOR_EVER = Duration.ofHours(1);

    private final Semaphore gone = new Semaphore(0);

    @Test
    void goesOnAfterAFailureAndWhenRung() throws InterruptedException {
        try (Rounds rounds = new Rounds("test", FOR_EVER, () -> {
            gone.release();
            throw new IllegalStateException("a bad round");
        })) {
            rounds.start();
            assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
            rounds.ring();
            assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void goesNoRoundAfterItsEnd() throws InterruptedException {
        Rounds rounds = new Rounds("test", FOR_EVER, gone::release);
        rounds.start();
        assertThat(gone.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        rounds.close();
        rounds.ring();
        assertThat(gone.availablePermits()).isZero();
    }
}
