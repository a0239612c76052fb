package dev.slipway.workflows.activity;

import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.Queues;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.failure.TerminatedFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Calls of activities that change rows, and what their failures mean. Workflow code only. */
public final class ActivityCalls {

    /**
     * How long one try of a step on rows may take. Generous, for a starved machine: the death of a worker is found by its lock, long before
     * this.
     */
    public static final Duration ROWS = Duration.ofSeconds(60);

    /**
     * How long a step that sends heartbeats may be silent. Every request to another system has a limit below it, and below {@link #ROWS}, so
     * that a step ends by a failure that names what does not answer. Generous: a restart of Temporal must not waste healthy work.
     */
    public static final Duration HEARTBEAT = Duration.ofSeconds(60);

    private ActivityCalls() {}

    /**
     * A stub of short activities on queue slipway-control that are tried until the database answers. A call runs to its end even if the
     * workflow is cancelled meanwhile, because an effect must be complete before it can be undone. The cancellation takes effect at the
     * next wait.
     *
     * @param activities an activity interface
     * @param summary for the Temporal UI
     */
    public static <T> T untilDone(Class<T> activities, String summary) {
        T stub = Workflow.newActivityStub(
                activities,
                ActivityOptions.newBuilder()
                        .setTaskQueue(Queues.CONTROL)
                        .setStartToCloseTimeout(ROWS)
                        .setRetryOptions(RetryLimits.UNTIL_IT_ANSWERS)
                        .setSummary(summary)
                        .build());
        return activities.cast(Proxy.newProxyInstance(
                activities.getClassLoader(),
                new Class<?>[] {activities},
                (proxy, method, arguments) -> uninterrupted(() -> invoke(stub, method, arguments))));
    }

    private static @Nullable Object invoke(Object stub, Method method, Object[] arguments) {
        try {
            return method.invoke(stub, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(method + " threw what it does not declare", e);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException("activity interfaces are public", impossible);
        }
    }

    /** Runs work to its end, protected from cancellation. A cancellation takes effect at the next wait. */
    public static <R extends @Nullable Object> R uninterrupted(Supplier<R> work) {
        CompletablePromise<R> result = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> result.complete(work.get())).run();
        return result.get();
    }

    /** Whether an activity failed because what it names does not exist. */
    public static boolean isNotFound(ActivityFailure failure) {
        return failure.getCause() instanceof ApplicationFailure cause
                && cause.getType().equals(FailureTypes.NOT_FOUND);
    }

    /** Why an activity or a child workflow failed, for people: the message of the innermost failure. Never empty. */
    public static String causeOf(TemporalFailure failure) {
        boolean isSlowActivity = failure instanceof ActivityFailure && failure.getCause() instanceof TimeoutFailure;
        if (failure.getCause() instanceof TemporalFailure cause && !isSlowActivity) {
            return causeOf(cause);
        }
        return switch (failure) {
            case ApplicationFailure found -> firstText(found.getOriginalMessage(), found.getType());
            case ActivityFailure activity -> "%s did not end in time".formatted(activity.getActivityType());
            case TerminatedFailure terminated -> "it was terminated";
            case TimeoutFailure late -> "it did not end in time";
            case CanceledFailure cancelled -> "it was cancelled";
            default ->
                firstText(failure.getOriginalMessage(), failure.getClass().getSimpleName());
        };
    }

    private static String firstText(@Nullable String... texts) {
        for (String text : texts) {
            if (text != null && !text.isBlank()) {
                return text;
            }
        }
        return "no cause was given";
    }
}
