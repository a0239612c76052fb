package dev.slipway.workflows.batch;

import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchInference;
import dev.slipway.workflows.contract.batch.BatchInstanceActivities;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.batch.OpenedTask;
import dev.slipway.workflows.contract.batch.Planned;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.progress.ProgressLog;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * {@link BatchInference}. Forward: slots, instances and plan, chunks. Then, out of reach of a cancellation and the same for each end:
 * seal, publish, merge tables, manifest, end. It remembers nothing that the rows do not know, so a long job goes on in a new run.
 */
public final class BatchInferenceImpl implements BatchInference {
    private static final int CHUNKS_EACH_RUN = 500;
    private static final Duration LONGEST_WAIT = Duration.ofHours(24);
    // Who frees slots wakes us; this is for a wake that got lost.
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

    private boolean signalled;

    @Override
    public void wake() {
        signalled = true;
    }

    @Override
    public BatchResult run(BatchRun run) {
        ProgressLog progress = new ProgressLog("Batch task " + run.taskId(), List.of());
        OpenedTask opened = detached(() -> Steps.task("open the task").open(run));
        BatchResult before = opened.ended();
        if (before != null) {
            return before;
        }
        progress.add(opened.title());
        End end = opened.sealed() ? new End(BatchEnd.FINISHED, "") : goForward(run, opened, progress);
        return detached(() -> finish(run, end, progress));
    }

    /** How it is to end, unless a seal says otherwise already. */
    private record End(BatchEnd end, String error) {
        static End failed(String error) {
            return new End(BatchEnd.FAILED, error);
        }
    }

    private End goForward(BatchRun run, OpenedTask opened, ProgressLog progress) {
        try {
            String trouble = prepare(run, progress);
            if (!trouble.isEmpty()) {
                return End.failed(trouble);
            }
            boolean all = workThrough(new ChunkWindow(run, opened.lanes(), CHUNKS_EACH_RUN, progress::add));
            if (!all && !CancellationScope.current().isCancelRequested()) {
                Workflow.continueAsNew(run);
            }
            return new End(all ? BatchEnd.FINISHED : BatchEnd.STOPPED, "");
        } catch (CanceledFailure e) {
            return new End(BatchEnd.STOPPED, "");
        } catch (ActivityFailure e) {
            if (CancellationScope.current().isCancelRequested()) {
                return new End(BatchEnd.STOPPED, "");
            }
            return End.failed(causeOf(e));
        }
    }

    /** Why it cannot be run, "" if it can. */
    private String prepare(BatchRun run, ProgressLog progress) {
        String noSlots = claimSlots(run, progress);
        if (!noSlots.isEmpty()) {
            return noSlots;
        }
        CompletablePromise<Planned> planned = Workflow.newPromise();
        CompletablePromise<String> started = Workflow.newPromise();
        CancellationScope both = Workflow.newCancellationScope(() -> {
            BatchWorkActivities work = Steps.work("plan");
            BatchInstanceActivities instances = Steps.instances("start instances");
            planned.completeFrom(Async.function(work::plan, run));
            started.completeFrom(Async.function(instances::startInstances, run));
        });
        both.run();
        Planned plan = planned.get();
        if (!plan.error().isEmpty()) {
            both.cancel();
            return plan.error();
        }
        progress.add("planned: %d inputs, %d records".formatted(plan.inputs(), plan.records()));
        String notStarted = started.get();
        if (notStarted.isEmpty()) {
            Steps.task("running").running(run);
            Workflow.upsertTypedSearchAttributes(Attributes.STATUS.valueSet("running"));
            progress.add("instances answer");
        }
        return notStarted;
    }

    private String claimSlots(BatchRun run, ProgressLog progress) {
        Instant deadline = now().plus(LONGEST_WAIT);
        while (true) {
            signalled = false;
            AdmissionResult slots = Steps.task("claim slots").claimSlots(run);
            switch (slots.state()) {
                case GRANTED -> {
                    return "";
                }
                case IMPOSSIBLE -> {
                    return slots.details();
                }
                case WAITING -> progress.add("waits for slots: " + slots.details());
            }
            Duration left = Duration.between(now(), deadline);
            if (left.isPositive()) {
                Workflow.await(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN, () -> signalled);
            } else {
                return "no slots were free within %d hours: %s".formatted(LONGEST_WAIT.toHours(), slots.details());
            }
        }
    }

    /** When one chunk cannot be done the others end too. */
    private static boolean workThrough(ChunkWindow window) {
        boolean[] all = {false};
        CancellationScope chunks = Workflow.newCancellationScope(() -> all[0] = window.workThrough());
        try {
            chunks.run();
            return all[0];
        } finally {
            chunks.cancel();
        }
    }

    private static BatchResult finish(BatchRun run, End end, ProgressLog progress) {
        BatchEnd sealed = Steps.task("seal").seal(run, end.end(), end.error());
        progress.add("sealed: %s %s".formatted(sealed, end.error()));
        BatchInstanceActivities instances = Steps.instances("end instances, give back slots");
        Promise<Void> removed = Async.procedure(instances::removeInstances, run);
        String outputError = writeOutput(run);
        removed.get();
        BatchResult result = Steps.task("write the end").end(run, outputError);
        clear(run);
        Workflow.upsertTypedSearchAttributes(
                Attributes.STATUS.valueSet(result.end().name().toLowerCase(Locale.ROOT)));
        progress.add("%s: %d inputs, %d records, %d failed"
                .formatted(result.end(), result.inputs(), result.records(), result.failed()));
        return result;
    }

    /** Why the output could not be written, "" if it could. */
    private static String writeOutput(BatchRun run) {
        try {
            Steps.work("publish what is committed").publish(run);
            Steps.work("merge tables").mergeTables(run);
            Steps.work("write the manifest").writeManifest(run);
            return "";
        } catch (ActivityFailure e) {
            return "the output could not be written: " + causeOf(e);
        }
    }

    private static void clear(BatchRun run) {
        try {
            Steps.work("remove what was kept on the way").clear(run);
        } catch (ActivityFailure leftovers) {
            // The job is done all the same; what is left lies in a folder that no job reads.
        }
    }

    private static <R> R detached(Supplier<R> work) {
        CompletablePromise<R> result = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> result.complete(work.get())).run();
        return result.get();
    }

    private static String causeOf(ActivityFailure e) {
        if (e.getCause() instanceof ApplicationFailure failure) {
            return String.valueOf(failure.getOriginalMessage());
        }
        return "%s did not end in time".formatted(e.getActivityType());
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
