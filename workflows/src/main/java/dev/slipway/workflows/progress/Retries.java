package dev.slipway.workflows.progress;

import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/** How often an activity is tried. */
public final class Retries {

    /** For ever, each second at first and each 10 s later; what its caller would have to change is not tried again. */
    public static final RetryOptions UNTIL_IT_ANSWERS = RetryOptions.newBuilder()
            .setInitialInterval(Duration.ofSeconds(1))
            .setMaximumInterval(Duration.ofSeconds(10))
            .setDoNotRetry(
                    Invalid.class.getName(),
                    NotFound.class.getName(),
                    Conflict.class.getName(),
                    NoCapacity.class.getName(),
                    NotAllowed.class.getName())
            .build();

    /** As {@link #UNTIL_IT_ANSWERS}, for a wait: each second at first and each 5 s later. */
    public static final RetryOptions WHILE_UNDER_WAY = RetryOptions.newBuilder(UNTIL_IT_ANSWERS)
            .setBackoffCoefficient(1.3)
            .setMaximumInterval(Duration.ofSeconds(5))
            .build();

    private Retries() {}
}
