package dev.slipway.workflows.activity;

import dev.slipway.workflows.contract.FailureTypes;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/** How often an activity is tried. */
public final class RetryLimits {

    /**
     * Without end: after one second at first, after 10 s later. Failures that only the caller can correct, and bugs that several tries did
     * not cure, are not retried.
     */
    public static final RetryOptions UNTIL_IT_ANSWERS = RetryOptions.newBuilder()
            .setInitialInterval(Duration.ofSeconds(1))
            .setMaximumInterval(Duration.ofSeconds(10))
            .setDoNotRetry(FailureTypes.FOR_GOOD.toArray(String[]::new))
            .build();

    private RetryLimits() {}
}
