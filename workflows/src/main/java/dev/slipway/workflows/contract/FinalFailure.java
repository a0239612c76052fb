package dev.slipway.workflows.contract;

import io.temporal.failure.ApplicationFailure;
import org.jspecify.annotations.Nullable;

/** Failures that are not tried again. Without a stack, which would say nothing to people, and of several causes exceeds Temporal's limit. */
public final class FinalFailure {

    private FinalFailure() {}

    /**
     * @param type one of {@link FailureTypes} or of {@link BadEnd}
     * @param details of any type that {@code Payloads} writes
     */
    public static ApplicationFailure of(String message, String type, @Nullable Object... details) {
        ApplicationFailure failure = ApplicationFailure.newNonRetryableFailure(message, type, details);
        failure.setStackTrace(new StackTraceElement[0]);
        return failure;
    }
}
