package dev.slipway.workflows.batch;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.activity.BestEffort;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.batch.BatchRun;
import io.temporal.failure.ActivityFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The end of a task: seal, output, row. Each step may be repeated, and the first seal stands. Workflow code only. */
public final class TaskEnd {

    private TaskEnd() {}

    /**
     * Ends a task whose own workflow cannot end it. What is committed is written out, the rest is FAILED. Does nothing for a task that was
     * never begun. A step that fails is reported, and the others run all the same.
     *
     * @param end how it ends, unless it is sealed already
     * @param cause why its workflow cannot go on
     */
    public static void write(BatchRun run, BatchEnd end, String cause, BestEffort each) {
        ActivityCalls.uninterrupted(() -> {
            try {
                BatchCalls.task("seal").seal(run, end, cause);
            } catch (ActivityFailure e) {
                if (!ActivityCalls.isNotFound(e)) {
                    each.failed("seal the task", ActivityCalls.causeOf(e));
                }
                return false;
            }
            String outputError = output(run, null);
            return each.run("write the end of the task", () -> BatchCalls.task("write the end")
                    .end(run, outputError));
        });
    }

    /** How a task that has ended did so; null if it has not. */
    public static @Nullable BatchResult read(BatchRun run) {
        return BatchCalls.task("read how the job ended").open(run).ended();
    }

    /**
     * Writes results, tables and the manifest of a sealed task. Why they could not be written, "" if they could.
     *
     * @param longestOutage of object storage that the task waits for; null if it is not known
     */
    static String output(BatchRun run, @Nullable Duration longestOutage) {
        try {
            BatchCalls.work("publish what is committed", longestOutage).publish(run);
            BatchCalls.work("merge tables", longestOutage).mergeTables(run);
            BatchCalls.work("write the manifest", longestOutage).writeManifest(run);
            return "";
        } catch (ActivityFailure e) {
            return BatchTask.OUTPUT_ERROR + ActivityCalls.causeOf(e);
        }
    }
}
