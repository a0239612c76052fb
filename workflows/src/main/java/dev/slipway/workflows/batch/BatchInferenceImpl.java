package dev.slipway.workflows.batch;

import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.activity.BestEffort;
import dev.slipway.workflows.contract.BadEnd;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchInference;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchRun.Waiting;
import dev.slipway.workflows.contract.batch.InstancesHealth;
import dev.slipway.workflows.contract.batch.OpenedTask;
import dev.slipway.workflows.contract.batch.Planned;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.service.ServiceStep;
import dev.slipway.workflows.progress.Counted;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.progress.ShownStatus;
import dev.slipway.workflows.wake.LongHistory;
import dev.slipway.workflows.wake.OwnId;
import dev.slipway.workflows.wake.TimedWait;
import dev.slipway.workflows.wake.WakeSignal;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@link BatchInference}. Forward: slots, instances and plan, chunks. Then, protected from cancellation and the same for every end: seal,
 * publish, merge tables, manifest, end. All of its state is in rows, so a long job can continue in a new run.
 */
public final class BatchInferenceImpl implements BatchInference {

    private static final int CHUNKS_EACH_RUN = 500;
    private static final Duration END_OF_CHUNKS = Duration.ofSeconds(20);
    private static final Duration END_OF_INSTANCES = Duration.ofSeconds(40);

    private final WakeSignal wake = new WakeSignal();
    private final TaskAttention attention = new TaskAttention(wake);
    private final ShownStatus status = new ShownStatus();
    private @Nullable Waiting waiting;

    @Override
    public void wake() {
        wake.raise();
    }

    @Override
    public void pause() {
        attention.command(TaskCommand.PAUSE);
    }

    @Override
    public void resume() {
        attention.command(TaskCommand.RESUME);
    }

    @Override
    public BatchResult run(BatchRun run) {
        BatchResult result = runToItsEnd(run);
        if (result.end() == BatchEnd.FAILED) {
            throw BadEnd.of(BadEnd.JOB, result.error(), result);
        }
        return result;
    }

    private BatchResult runToItsEnd(BatchRun run) {
        OwnId.require(run.workflowId());
        ProgressLog progress = new ProgressLog("Batch %s, task %s".formatted(run.name(), run.taskId()), List.of());
        OpenedTask opened = ActivityCalls.uninterrupted(
                () -> BatchCalls.task("open the task").open(run));
        BatchResult before = opened.ended();
        if (before != null) {
            return before;
        }
        progress.add(opened.title());
        waiting = run.waiting();
        End end = opened.sealed() ? new End(BatchEnd.FINISHED, "") : goForward(run, opened, progress);
        return ActivityCalls.uninterrupted(() -> finish(run, opened, end, progress));
    }

    /** How it should end, unless an earlier seal says otherwise. */
    private record End(BatchEnd end, String error) {

        static End failed(String error) {
            return new End(BatchEnd.FAILED, error);
        }
    }

    /**
     * How a part of the way forward ended.
     *
     * @param trouble why it cannot be run, if it FAILED
     */
    private record Step(Kind kind, String trouble) {
        enum Kind {
            DONE,
            PAUSED,
            FAILED
        }

        static final Step DONE = new Step(Kind.DONE, "");
        static final Step PAUSED = new Step(Kind.PAUSED, "");

        static Step failed(String trouble) {
            return new Step(Kind.FAILED, trouble);
        }
    }

    private End goForward(BatchRun run, OpenedTask opened, ProgressLog progress) {
        try {
            attention.watch(opened.deadline());
            boolean rests = opened.isPaused();
            while (true) {
                Step step = rests ? rest(run, opened, progress) : Step.DONE;
                if (step.kind() == Step.Kind.DONE) {
                    step = prepare(run, opened, progress);
                }
                if (step.kind() == Step.Kind.DONE) {
                    step = workThrough(run, opened, progress);
                }
                switch (step.kind()) {
                    case DONE -> {
                        return new End(BatchEnd.FINISHED, "");
                    }
                    case FAILED -> {
                        return End.failed(step.trouble());
                    }
                    case PAUSED -> rests = true;
                }
            }
        } catch (CanceledFailure e) {
            return new End(BatchEnd.STOPPED, "");
        } catch (ActivityFailure e) {
            if (CancellationScope.current().isCancelRequested()) {
                return new End(BatchEnd.STOPPED, "");
            }
            return End.failed(ActivityCalls.causeOf(e));
        }
    }

    /** Whether something has come in the way; null if it goes on. */
    private @Nullable Step interruption(BatchRun run, OpenedTask opened) {
        return switch (attention.look(run)) {
            case NOTHING -> null;
            case PAUSE -> Step.PAUSED;
            case END -> timeIsOver(run, opened);
        };
    }

    /** What it has no time for is planned all the same, so that the manifest names it. */
    private Step timeIsOver(BatchRun run, OpenedTask opened) {
        Planned plan = plan(run, opened);
        return Step.failed(
                plan.error().isEmpty()
                        ? "its deadline %s (limits.deadline_in_minutes) was reached".formatted(opened.deadline())
                        : plan.error());
    }

    private static Planned plan(BatchRun run, OpenedTask opened) {
        return BatchCalls.work("plan", opened).plan(run);
    }

    /** Without instances and slots, for as long as users want it so. */
    private Step rest(BatchRun run, OpenedTask opened, ProgressLog progress) {
        BatchCalls.task("paused").paused(run);
        endInstances(run, progress);
        status.show("paused");
        progress.add("paused: instances and slots are given back; signal 'resume' to go on");
        wake.reset();
        while (attention.read(run).isPaused()) {
            wake.await("a resume", null, attention::isDeadlineOver);
            if (attention.isDeadlineOver()) {
                return timeIsOver(run, opened);
            }
            continueIfLong(run.continued());
        }
        BatchCalls.task("resumed").resumed(run);
        status.show("deploying");
        progress.add("resumed");
        return Step.DONE;
    }

    private Step prepare(BatchRun run, OpenedTask opened, ProgressLog progress) {
        Step slots = claimSlots(run, opened, progress);
        if (slots.kind() != Step.Kind.DONE) {
            return slots;
        }
        String notWanted = BatchCalls.instances("start instances").startInstances(run);
        if (!notWanted.isEmpty()) {
            return Step.failed(notWanted);
        }
        Planned plan = plan(run, opened);
        if (!plan.error().isEmpty()) {
            return Step.failed(plan.error());
        }
        progress.add(
                "planned: %s, %s".formatted(Counted.of(plan.inputs(), "input"), Counted.of(plan.records(), "record")));
        Step started = awaitInstances(run, opened);
        if (started.kind() == Step.Kind.DONE) {
            BatchCalls.task("running").running(run);
            status.show("running");
            progress.add("instances answer");
        }
        return started;
    }

    private Step claimSlots(BatchRun run, OpenedTask opened, ProgressLog progress) {
        Instant since = waitsSince(true);
        Instant deadline = since.plus(opened.longestWait());
        wake.reset();
        while (true) {
            Step interruption = interruption(run, opened);
            if (interruption != null) {
                return interruption;
            }
            AdmissionResult result = BatchCalls.task("claim slots").claimSlots(run);
            switch (result.state()) {
                case GRANTED -> {
                    status.goesOn("deploying");
                    return Step.DONE;
                }
                case IMPOSSIBLE -> {
                    return Step.failed(result.details());
                }
                case WAITING -> {
                    status.waits();
                    progress.add("waits for slots: " + result.details());
                }
            }
            if (!wake.await("slots", deadline, attention::isDeadlineOver)) {
                return Step.failed("no slots were free within %d hours: %s"
                        .formatted(opened.longestWait().toHours(), result.details()));
            }
            continueIfLong(run.waiting(true, since));
        }
    }

    /** Done once an instance answers. */
    private Step awaitInstances(BatchRun run, OpenedTask opened) {
        Instant since = waitsSince(false);
        Instant deadline = since.plus(opened.startWithin());
        wake.reset();
        while (true) {
            Step interruption = interruption(run, opened);
            if (interruption != null) {
                return interruption;
            }
            InstancesHealth health =
                    BatchCalls.instances("does an instance answer?").checkInstances(run);
            switch (health.state()) {
                case READY -> {
                    return Step.DONE;
                }
                case FAILED -> {
                    return Step.failed(health.details());
                }
                case STARTING -> {
                    if (!wake.await("an instance that answers", deadline, attention::isDeadlineOver)) {
                        return Step.failed("no instance was ready within %d minutes; %s"
                                .formatted(opened.startWithin().toMinutes(), health.details()));
                    }
                    continueIfLong(run.waiting(false, since));
                }
            }
        }
    }

    /** When the wait began, maybe in an earlier run. */
    private Instant waitsSince(boolean isForSlots) {
        Waiting carried = waiting;
        if (carried == null || carried.isForSlots() != isForSlots) {
            return now();
        }
        waiting = null;
        return carried.since();
    }

    private void continueIfLong(BatchRun next) {
        if (LongHistory.isReached() && !attention.hasCommands()) {
            CancellationScope.throwCanceled(); // the next run would not know of it
            Workflow.continueAsNew(next);
        }
    }

    private Step workThrough(BatchRun run, OpenedTask opened, ProgressLog progress) {
        ChunkWindow window = new ChunkWindow(run, opened, CHUNKS_EACH_RUN, progress::add, attention);
        while (true) {
            ChunkWindow.Left left = workThrough(window);
            CancellationScope.throwCanceled();
            switch (left) {
                case NOTHING -> {
                    return Step.DONE;
                }
                case MORE -> {
                    Step interruption = interruption(run, opened);
                    if (interruption != null) {
                        return interruption;
                    }
                    Workflow.continueAsNew(run.continued());
                }
                case INSTANCES -> {
                    progress.add("waits for an instance that answers");
                    Step started = awaitInstances(run, opened);
                    if (started.kind() != Step.Kind.DONE) {
                        return started;
                    }
                }
                case PAUSE -> {
                    return Step.PAUSED;
                }
                case ENDED -> {
                    return window.trouble().isEmpty() ? timeIsOver(run, opened) : Step.failed(window.trouble());
                }
            }
        }
    }

    /**
     * If one chunk fails, a user asks for a pause, or a limit of the job is reached, the others are cancelled. Those that are cancelled commit what they have, for which
     * there is a limit.
     */
    private static ChunkWindow.Left workThrough(ChunkWindow window) {
        CompletablePromise<ChunkWindow.Left> left = Workflow.newPromise();
        CancellationScope chunks = Workflow.newCancellationScope(() -> left.complete(window.workThrough()));
        try {
            chunks.run();
            if (left.get() == ChunkWindow.Left.PAUSE || left.get() == ChunkWindow.Left.ENDED) {
                end(chunks, window);
            }
            return left.get();
        } catch (TemporalFailure e) {
            end(chunks, window);
            throw e;
        }
    }

    private static void end(CancellationScope chunks, ChunkWindow window) {
        chunks.cancel();
        ActivityCalls.uninterrupted(
                () -> TimedWait.await("time for chunks to commit what they have", END_OF_CHUNKS, window::isIdle));
    }

    private BatchResult finish(BatchRun run, OpenedTask opened, End end, ProgressLog progress) {
        BatchEnd sealed = BatchCalls.task("seal").seal(run, end.end(), end.error());
        progress.add("sealed: "
                + (end.error().isEmpty() ? sealed.words() : "%s, %s".formatted(sealed.words(), end.error())));
        Promise<Void> ended = Async.procedure(this::endInstances, run, progress);
        String outputError = TaskEnd.output(run, opened.longestOutage());
        ended.get();
        BatchResult result = BatchCalls.task("write the end").end(run, outputError);
        status.show(result.end().name().toLowerCase(Locale.ROOT));
        progress.add("%s: %s, %s, %d failed"
                .formatted(
                        result.end().words(),
                        Counted.of(result.inputs(), "input"),
                        Counted.of(result.records(), "record"),
                        result.failed()));
        return result;
    }

    /** What fails here is made up for by the reconciler of instances and the sweeper of slots. */
    private void endInstances(BatchRun run, ProgressLog progress) {
        try {
            Instant limit = now().plus(END_OF_INSTANCES);
            Ending.WaitsFor waitsFor = Ending.WaitsFor.INSTANCES;
            wake.reset();
            wake.clear();
            while (BatchCalls.instances("end instances")
                            .endInstances(run, waitsFor)
                            .state()
                    != Ending.State.ENDED) {
                if (!wake.await("the end of the job's instances", limit)) {
                    waitsFor = Ending.WaitsFor.NOTHING;
                }
                wake.clear();
            }
            BatchCalls.instances("give back slots").releaseSlots(run);
        } catch (ActivityFailure e) {
            new BestEffort(new ServiceStep(run.serviceId(), 0, run.workflowId()), progress)
                    .failed("end the instances of the job", ActivityCalls.causeOf(e));
        }
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
