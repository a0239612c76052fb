package dev.slipway.workflows.wake;

import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.TimerOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a condition or a time limit, and cancels the timer. The SDK's own wait lets the timer fire later, which costs a workflow task
 * and four events. Workflow code only.
 */
public final class TimedWait {

    private TimedWait() {}

    /**
     * Returns whether the condition held before the time was over.
     *
     * @param summary of the timer, for the Temporal UI: what happens when the time is over
     */
    public static boolean await(String summary, Duration time, BooleanSupplier condition) {
        if (condition.getAsBoolean()) {
            return true;
        }
        if (!time.isPositive()) {
            return false;
        }
        CompletablePromise<Boolean> over = Workflow.newPromise();
        CancellationScope timer = Workflow.newCancellationScope(() -> Workflow.newTimer(
                        time, TimerOptions.newBuilder().setSummary(summary).build())
                .handle((nothing, cancelled) -> over.complete(cancelled == null)));
        timer.run();
        try {
            Supplier<Boolean> either = () -> condition.getAsBoolean() || over.isCompleted();
            Workflow.await(either);
        } catch (CanceledFailure cancelled) {
            timer.cancel();
            throw cancelled;
        }
        if (!over.isCompleted()) {
            timer.cancel();
        }
        return condition.getAsBoolean();
    }
}
