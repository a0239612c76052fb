package dev.slipway.activities.instance;

import io.temporal.activity.Activity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * Waits inside an activity, looking again at a fixed pace. Each look heartbeats, so that a cancellation ends the wait and a lost
 * worker is noticed.
 */
public final class Patience {

    private final Clock clock;
    private final Duration pace;
    private final Runnable heartbeat;

    /** For activities that Temporal calls. */
    public static Patience ofActivity(Clock clock) {
        return new Patience(clock, Duration.ofMillis(250), () -> Activity.getExecutionContext()
                .heartbeat(null));
    }

    /** @param heartbeat called before each look; may throw to end the wait */
    public Patience(Clock clock, Duration pace, Runnable heartbeat) {
        this.clock = clock;
        this.pace = pace;
        this.heartbeat = heartbeat;
    }

    public Instant now() {
        return clock.instant();
    }

    /** Waits until {@code there} holds; false if it did not until the deadline. Looks at least once. */
    public boolean until(Instant deadline, BooleanSupplier there) {
        while (true) {
            heartbeat.run();
            if (there.getAsBoolean()) {
                return true;
            }
            if (!clock.instant().isBefore(deadline)) {
                return false;
            }
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(pace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: the worker stops", e);
        }
    }
}
