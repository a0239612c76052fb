package dev.slipway.workflows.activity;

import dev.slipway.workflows.contract.service.ServiceActivities;
import dev.slipway.workflows.contract.service.ServiceStep;
import dev.slipway.workflows.progress.ProgressLog;
import io.temporal.failure.ActivityFailure;
import java.util.function.Supplier;

/**
 * Runs steps whose failure must not stop the steps after them. A failure is reported in the progress and by an event of the service.
 * Workflow code only.
 */
public final class BestEffort {

    private final ServiceStep step;
    private final ProgressLog progress;

    public BestEffort(ServiceStep step, ProgressLog progress) {
        this.step = step;
        this.progress = progress;
    }

    /**
     * Runs {@code work}; a failure is reported and not thrown.
     *
     * @param what the step, in words that follow "could not"
     * @return whether it succeeded
     */
    public boolean run(String what, Runnable work) {
        return get(what, false, () -> {
            work.run();
            return true;
        });
    }

    /** As {@link #run}, but returns the result of the step, or {@code otherwise} if it failed. */
    public <R> R get(String what, R otherwise, Supplier<R> work) {
        try {
            return work.get();
        } catch (ActivityFailure e) {
            failed(what, ActivityCalls.causeOf(e));
            return otherwise;
        }
    }

    /** Reports that {@code what} could not be done. */
    public void failed(String what, String cause) {
        progress.add("could not %s: %s".formatted(what, cause));
        report(what, cause);
    }

    private void report(String what, String cause) {
        try {
            ActivityCalls.untilDone(ServiceActivities.class, "tell what could not be done")
                    .report(step, what, cause);
        } catch (ActivityFailure e) {
            progress.add("could not even tell of it: " + ActivityCalls.causeOf(e));
        }
    }
}
