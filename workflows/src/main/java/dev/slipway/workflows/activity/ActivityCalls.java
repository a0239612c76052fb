package dev.slipway.workflows.activity;

import dev.slipway.workflows.contract.Queues;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of activities that change rows, and what their failures mean. Workflow code only. */
public final class ActivityCalls {

    /**
     * How long one try of a step on rows may take. Generous, for a starved machine; the death of a worker is told by its lock, long
     * before.
     */
    public static final Duration ROWS = Duration.ofSeconds(60);

    private ActivityCalls() {}

    /**
     * A stub of short activities on queue slipway-control that are tried until the database answers. A cancellation that meets one
     * waits for its end: an effect has to be over before it is undone.
     *
     * @param summary for the Temporal UI
     */
    public static <T> T untilDone(Class<T> activities, String summary) {
        return Workflow.newActivityStub(
                activities,
                ActivityOptions.newBuilder()
                        .setTaskQueue(Queues.CONTROL)
                        .setStartToCloseTimeout(ROWS)
                        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                        .setRetryOptions(RetryLimits.UNTIL_IT_ANSWERS)
                        .setSummary(summary)
                        .build());
    }

    /** Runs work to its end out of reach of a cancellation, which is seen at the next wait. */
    public static <R extends @Nullable Object> R uninterrupted(Supplier<R> work) {
        CompletablePromise<R> result = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> result.complete(work.get())).run();
        return result.get();
    }

    /** Why an activity failed, in words for people. */
    public static String causeOf(ActivityFailure failure) {
        if (failure.getCause() instanceof ApplicationFailure cause) {
            String message = cause.getOriginalMessage();
            return message == null ? cause.getType() : message;
        }
        return "%s did not end in time".formatted(failure.getActivityType());
    }
}
