package dev.slipway.workflows.activity;

import dev.slipway.workflows.contract.FailureTypes;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/** How often an activity is tried. */
public final class RetryLimits {

    /**
     * For ever, each second at first and each 10 s later. What its caller would have to change is not tried again, nor what a few tries
     * have shown to be a bug.
     */
    public static final RetryOptions UNTIL_IT_ANSWERS = RetryOptions.newBuilder()
            .setInitialInterval(Duration.ofSeconds(1))
            .setMaximumInterval(Duration.ofSeconds(10))
            .setDoNotRetry(FailureTypes.FOR_GOOD.toArray(String[]::new))
            .build();

    private RetryLimits() {}
}
