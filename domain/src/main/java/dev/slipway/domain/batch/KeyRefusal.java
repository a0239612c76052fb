package dev.slipway.domain.batch;

import java.time.Duration;
import java.time.Instant;

/**
 * How often object storage has refused a key of a task while its bucket answered otherwise, since the key was last answered.
 *
 * @param first when it was refused the first time
 * @param times at least once
 */
public record KeyRefusal(Instant first, int times) {
    public KeyRefusal {
        if (times < 1) {
            throw new IllegalArgumentException("refusal: expected at least one, found " + times);
        }
    }

    /** How long that has lasted. */
    public Duration lasts(Instant now) {
        return Duration.between(first, now);
    }
}
