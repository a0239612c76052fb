package dev.slipway.workflows.service;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.activity.BestEffort;
import dev.slipway.workflows.batch.TaskEnd;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.FinalFailure;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchInference;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.rollout.Rollout;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.rollout.RolloutResult;
import dev.slipway.workflows.contract.service.InstanceActivities;
import dev.slipway.workflows.contract.service.ServiceActivities;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;
import dev.slipway.workflows.contract.service.ServicePlan;
import dev.slipway.workflows.contract.service.ServiceStep;
import dev.slipway.workflows.instance.ScaleDown;
import dev.slipway.workflows.progress.Counted;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.wake.ExternalMessage;
import dev.slipway.workflows.wake.LongHistory;
import dev.slipway.workflows.wake.OwnId;
import dev.slipway.workflows.wake.TimedWait;
import dev.slipway.workflows.wake.WakeSignal;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.common.SearchAttributes;
import io.temporal.failure.ActivityFailure;
import io.temporal.workflow.ChildWorkflowCancellationType;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.ContinueAsNewOptions;
import io.temporal.workflow.ExternalWorkflowStub;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link ServiceLifecycle}. One transition at a time: read the row, do what it asks for, write the outcome. The waits are here, the effects
 * are in activities and children. A step that fails is an outcome too: the generation ends with an event.
 */
public final class ServiceLifecycleImpl implements ServiceLifecycle {

    private static final int PROGRESS_CARRIED = 10;
    private static final Duration FIRST_PAUSE_OF_AN_END = Duration.ofSeconds(5);
    /** How often a child that is ended from outside is started again for the same command. */
    private static final int MOST_LOSSES = 10;

    private static final Duration FIRST_PAUSE_OF_LOSS = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE_OF_LOSS = Duration.ofMinutes(1);

    private final ServiceInput input;
    private final String id;
    private final ProgressLog progress;
    private final WakeSignal wake = new WakeSignal();
    private boolean rolledOut;
    private @Nullable String endedTask;
    private @Nullable ServicePlan shown;
    private @Nullable ServicePlan lastTurn;
    private @Nullable String foreignChild;
    private boolean paused;
    private int losses;

    @WorkflowInit
    public ServiceLifecycleImpl(ServiceInput input) {
        this.input = input;
        this.id = input.serviceId();
        List<String> before = input.progress();
        this.progress = new ProgressLog("Service " + id, before == null ? List.of() : before);
    }

    @Override
    public void wake() {
        wake.raise();
    }

    @Override
    public void live(ServiceInput sameInput) {
        OwnId.requireLifecycleOf(id);
        while (true) {
            wake.clear();
            ServicePlan plan;
            try {
                plan = plan();
            } catch (ActivityFailure e) {
                if (ActivityCalls.isNotFound(e)) {
                    throw FinalFailure.of(
                            ActivityCalls.causeOf(e), FailureTypes.NOT_FOUND, ErrorCode.SERVICE_UNKNOWN.code());
                }
                giveUp(
                        new ServiceStep(id, 0, Workflow.getInfo().getWorkflowId()),
                        "its row cannot be read: " + ActivityCalls.causeOf(e));
                continueIfLong();
                wake.await("its row, which could not be read");
                continue;
            }
            if (plan.next() == ServicePlan.Next.GONE) {
                return;
            }
            pauseBeforeTheSameAgain(plan);
            try {
                take(plan);
            } catch (ActivityFailure e) {
                giveUp(step(plan), ActivityCalls.causeOf(e));
            }
            continueIfLong();
        }
    }

    private void take(ServicePlan plan) {
        ServiceStep step = step(plan);
        switch (plan.next()) {
            case REST -> rest(plan);
            case SHARE -> {
                rows("share requests by weight").share(step);
                progress.add("requests shared anew");
            }
            case ROLL_OUT -> rollOut(step, plan);
            case RUN_BATCH -> runBatch(step, plan);
            case STOP -> {
                endAll(step, plan);
                rows("write stopped").stopped(step);
            }
            case DELETE -> {
                endAll(step, plan);
                rows("write deleted").deleted(step);
            }
            case GONE -> throw new IllegalStateException("a service that is gone has no turn");
        }
    }

    /** A turn that changed nothing is not repeated at once, whatever the reason. */
    private void pauseBeforeTheSameAgain(ServicePlan plan) {
        ServicePlan before = lastTurn;
        lastTurn = plan;
        boolean isSame = before != null
                && before.generation() == plan.generation()
                && before.next() == plan.next()
                && plan.next() != ServicePlan.Next.REST;
        if (!isSame) {
            wake.reset();
            foreignChild = null;
            losses = 0;
        } else if (!paused && !wake.isRaised()) {
            progress.add("is not further than before, tries again later: "
                    + plan.next().words());
            wake.await("a change, to try again: " + plan.next().words());
        }
        paused = false;
    }

    private ServicePlan plan() {
        ServicePlan plan = reading().plan(id);
        OwnId.require(WorkflowIds.service(plan.name(), id));
        ServicePlan before = shown;
        shown = plan;
        if (before == null || !sameStatus(before, plan)) {
            // Carries what the summary of the first run says, which is not the next one's.
            progress.head(
                    "Service %s (%s), %s".formatted(plan.name(), plan.taskId() == null ? "real-time" : "batch", id));
            progress.add("generation %d, %s: %s%s"
                    .formatted(
                            plan.generation(), plan.state(), plan.title(), plan.by() == null ? "" : ", " + plan.by()));
            upsert(plan);
        }
        return plan;
    }

    private static boolean sameStatus(ServicePlan one, ServicePlan other) {
        return one.generation() == other.generation()
                && one.state().equals(other.state())
                && Objects.equals(one.autoStopAt(), other.autoStopAt());
    }

    private void upsert(ServicePlan plan) {
        Instant autoStopAt = plan.autoStopAt();
        Workflow.upsertTypedSearchAttributes(
                Attributes.KIND.valueSet("service"),
                Attributes.RESOURCE.valueSet(id),
                Attributes.NAME.valueSet(plan.name()),
                Attributes.TENANT.valueSet(plan.tenant()),
                Attributes.STATUS.valueSet(plan.state()),
                Attributes.GENERATION.valueSet(plan.generation()),
                autoStopAt == null
                        ? Attributes.AUTO_STOP_AT.valueUnset()
                        : Attributes.AUTO_STOP_AT.valueSet(autoStopAt.atOffset(ZoneOffset.UTC)));
    }

    /** The end of a step that cannot be done. Where even that cannot be written, the next turn is the same and comes after a pause. */
    private void giveUp(ServiceStep step, String cause) {
        progress.add("gives up: " + cause);
        try {
            rows("end what cannot be done").giveUp(step, cause);
        } catch (ActivityFailure e) {
            progress.add("cannot even write that, tries again later: " + ActivityCalls.causeOf(e));
        }
    }

    private void rest(ServicePlan plan) {
        if (!wake.isRaised() && (rolledOut || Workflow.getInfo().isContinueAsNewSuggested())) {
            continueAsNew();
        }
        awaitWakeOr(plan, () -> false);
    }

    /** Waits until it is woken, {@code other} holds, or the auto-stop is due. Then it asks for the stop. */
    private void awaitWakeOr(ServicePlan plan, BooleanSupplier other) {
        Instant due = plan.autoStopAt();
        if (due == null) {
            Workflow.await(() -> wake.isRaised() || other.getAsBoolean());
            return;
        }
        Duration left = Duration.between(now(), due);
        boolean woken = left.isPositive()
                && TimedWait.await("auto-stop of " + plan.name(), left, () -> wake.isRaised() || other.getAsBoolean());
        if (!woken
                && !new BestEffort(step(plan), progress)
                        .run("ask for the stop that is due", () -> rows("auto-stop is due")
                                .stopWhenDue(id, due))) {
            // The sweeper of due auto-stops asks for it too.
            Workflow.await(() -> wake.isRaised() || other.getAsBoolean());
        }
    }

    private void rollOut(ServiceStep step, ServicePlan plan) {
        String childId = WorkflowIds.rollout(plan.name(), id, step.generation());
        Rollout rollout = Workflow.newChildWorkflowStub(
                Rollout.class, child(childId, id, plan, "rollout", "roll out %s".formatted(plan.title())));
        Child<RolloutResult> child = Child.start(
                RolloutResult.class,
                rollout,
                () -> rollout.rollOut(new RolloutInput(id, plan.name(), step.generation(), plan.tenant(), null)));
        if (!child.isOurs()) {
            waitForOther(step, childId);
            return;
        }
        Runnable wakeIt =
                () -> Workflow.newExternalWorkflowStub(Rollout.class, childId).wake();
        follow(child, step, plan, wakeIt, () -> end(child, wakeIt));
        rolledOut = true;
        progress.add("rollout of generation %d: %s".formatted(step.generation(), child.describe(RolloutResult::words)));
        if (child.isLost()) {
            if (!startsAgain(step, "rollout", child)) {
                giveUp(step, terminatedTooOften("rollout", child));
            }
        } else if (child.hasFailed()) {
            giveUp(step, "the rollout's workflow failed: " + child.failure());
        }
    }

    /**
     * Tells that a child was ended from outside, and pauses. What it had done is in rows, so another run under its id goes on from there.
     * False if that has been tried too often.
     */
    private boolean startsAgain(ServiceStep step, String what, Child<?> child) {
        losses++;
        if (losses > MOST_LOSSES) {
            return false;
        }
        paused = true;
        if (isOvertaken(step)) {
            return true;
        }
        progress.add("%s: its workflow is gone, %s; it is started again".formatted(what, child.failure()));
        new BestEffort(step, progress)
                .run("tell that the %s is started again".formatted(what), () -> rows("tell that it is started again")
                        .startedAgain(step, what, child.runId(), child.failure()));
        Duration pause = FIRST_PAUSE_OF_LOSS.multipliedBy(1L << (losses - 1));
        TimedWait.await(
                "pause before the %s is started again".formatted(what),
                pause.compareTo(LONGEST_PAUSE_OF_LOSS) < 0 ? pause : LONGEST_PAUSE_OF_LOSS,
                wake::isRaised);
        return true;
    }

    private String terminatedTooOften(String what, Child<?> child) {
        return "the %s's workflow was ended from outside %d times; the last time: %s"
                .formatted(what, losses, child.failure());
    }

    /** Whether a newer command was read while the step was worked on. */
    private boolean isOvertaken(ServiceStep step) {
        return shown != null && shown.generation() != step.generation();
    }

    private void runBatch(ServiceStep step, ServicePlan plan) {
        BatchRun run = batchRun(step, plan);
        BatchResult before = plan.jobHasEnded() ? TaskEnd.read(run) : null;
        if (before != null) {
            // It could not tell by itself: it was cancelled, or the run of this workflow that had started it was lost.
            jobHasEnded(step, run, before);
            return;
        }
        BatchInference batch = Workflow.newChildWorkflowStub(
                BatchInference.class, child(run.workflowId(), id, plan, "batch", "batch %s".formatted(plan.title())));
        Child<BatchResult> child = Child.start(BatchResult.class, batch, () -> batch.run(run));
        if (!child.isOurs()) {
            waitForOther(step, run.workflowId());
            return;
        }
        Runnable wakeIt = () -> Workflow.newExternalWorkflowStub(BatchInference.class, run.workflowId())
                .wake();
        follow(child, step, plan, wakeIt, () -> end(child));
        rolledOut = true;
        BatchResult result = child.result();
        if (result != null) {
            jobHasEnded(step, run, result);
            return;
        }
        progress.add("task %s: ended without an answer: %s".formatted(run.taskId(), child.failure()));
        if (child.hasFailed()) {
            giveUpJob(step, run, "the job's workflow failed: " + child.failure());
        } else if (child.isLost()) {
            if (!startsAgain(step, "job", child)) {
                giveUpJob(step, run, terminatedTooOften("job", child));
            }
        } else {
            endedTask = run.taskId();
            paused = true; // it was cancelled and has ended its task: the next turn reads how
        }
    }

    private void jobHasEnded(ServiceStep step, BatchRun run, BatchResult result) {
        progress.add("task %s: %s".formatted(run.taskId(), result.end().words()));
        endedTask = run.taskId();
        rows("write how the job ended").batchEnded(step, result);
    }

    /** The end of a job whose own workflow cannot end it: its task, then its service. */
    private void giveUpJob(ServiceStep step, BatchRun run, String cause) {
        TaskEnd.write(run, BatchEnd.FAILED, cause, new BestEffort(step, progress));
        endedTask = run.taskId();
        giveUp(step, cause);
    }

    private static BatchRun batchRun(ServiceStep step, ServicePlan plan) {
        return new BatchRun(
                step.serviceId(), plan.name(), Objects.requireNonNull(plan.taskId(), "task of a batch service"), 1);
    }

    /**
     * Waits for the child's end. Any wake is passed on, except for a newer command, which ends the child. A long history continues in a
     * new run, which waits for the child as for one of another run.
     */
    private void follow(Child<?> child, ServiceStep step, ServicePlan plan, Runnable passOn, Runnable end) {
        ServicePlan latest = plan;
        while (!child.hasEnded()) {
            awaitWakeOr(latest, child::hasEnded);
            if (child.hasEnded()) {
                return;
            }
            wake.clear();
            latest = plan();
            if (latest.generation() != step.generation()) {
                progress.add("generation %d ends what is going on".formatted(latest.generation()));
                end.run();
                return;
            }
            ExternalMessage.arrives(passOn);
            continueIfLong();
        }
    }

    private static void end(Child<?> child) {
        child.cancel();
        Workflow.await(child::hasEnded);
    }

    /**
     * Ends a rollout. Its undo is protected from the cancellation and may wait for hours. So it is woken too: it asks its row again and
     * finds that it is overtaken.
     */
    private void end(Child<?> child, Runnable wakeIt) {
        child.cancel();
        wake.reset(FIRST_PAUSE_OF_AN_END);
        while (!child.hasEnded()) {
            wake.clear();
            ExternalMessage.arrives(wakeIt);
            continueIfLong();
            wake.await("the end of the rollout", null, child::hasEnded);
        }
    }

    /** Ends everything that a stop or a deletion ends. A failed step is reported, and the others run all the same. */
    private void endAll(ServiceStep step, ServicePlan plan) {
        BestEffort each = new BestEffort(step, progress);
        endWhatRuns(step, plan);
        each.run("end instances", () -> endInstances(step));
        each.run("give back slots", () -> instances("give back slots").releaseSlots(step));
    }

    private void endInstances(ServiceStep step) {
        Drain drain = instances("close routes, drain instances").closeRoutes(step);
        new ScaleDown(
                        wake,
                        progress,
                        (all, waitsFor) -> instances("end instances").end(step, all, waitsFor),
                        () -> {},
                        () -> {})
                .run(drain, drain.within());
        progress.add("routes closed, %s ended".formatted(Counted.of(drain.removed(), "instance")));
    }

    /** Ends what an earlier run may have left running, and completes a batch job. */
    private void endWhatRuns(ServiceStep step, ServicePlan plan) {
        Long open = plan.openRollout();
        if (open != null) {
            endRollout(plan.name(), open);
        }
        if (plan.taskId() != null && !plan.jobHasEnded() && !plan.taskId().equals(endedTask)) {
            endBatch(step, plan);
        }
    }

    /** Cancels the rollout once. After each pause it sends a wake signal, which fails if the rollout has ended. */
    private void endRollout(String name, Long generation) {
        ExternalWorkflowStub rollout =
                Workflow.newUntypedExternalWorkflowStub(WorkflowIds.rollout(name, id, generation));
        boolean mayHaveEnded = true;
        boolean there = ExternalMessage.arrives(rollout::cancel);
        wake.reset(FIRST_PAUSE_OF_AN_END);
        while (there) {
            if (mayHaveEnded) {
                wake.clear();
                if (!generation.equals(plan().openRollout())) {
                    return;
                }
            }
            continueIfLong();
            wake.await("the end of the rollout of generation %d".formatted(generation));
            mayHaveEnded = wake.isRaised();
            there = ExternalMessage.arrives(() -> rollout.signal("wake"));
        }
    }

    /** A cancelled job seals its task and writes its manifest. A job that has ended returns at once. */
    private void endBatch(ServiceStep step, ServicePlan plan) {
        BatchRun run = batchRun(step, plan);
        boolean isTold = false;
        wake.reset(FIRST_PAUSE_OF_AN_END);
        while (true) {
            wake.clear();
            BatchInference batch = Workflow.newChildWorkflowStub(
                    BatchInference.class,
                    child(run.workflowId(), id, plan, "batch", "end batch %s".formatted(plan.title())));
            Child<BatchResult> child = Child.start(BatchResult.class, batch, () -> batch.run(run));
            if (child.isOurs()) {
                end(child);
                progress.add("task %s: %s".formatted(run.taskId(), child.describe(found -> found.end()
                        .words())));
                if (child.isLost() && startsAgain(step, "job", child)) {
                    continue;
                }
                if (child.isLost() || child.hasFailed()) {
                    TaskEnd.write(run, BatchEnd.STOPPED, child.failure(), new BestEffort(step, progress));
                }
                return;
            }
            if (!isTold) {
                rows("wait for the end of a job that another run of ours began").awaitSettled(step);
                isTold = ExternalMessage.arrives(() -> Workflow.newUntypedExternalWorkflowStub(run.workflowId())
                        .cancel());
            }
            continueIfLong();
            wake.await("the end of a job that another run of ours began");
            if (plan().jobHasEnded()) {
                return;
            }
        }
    }

    /**
     * The child was started by an earlier run of this workflow and is still open. Waits for its end, which a wait row tells. After each
     * pause the caller tries to start the child again, which succeeds once no run has the id.
     */
    private void waitForOther(ServiceStep step, String childId) {
        if (!childId.equals(foreignChild)) {
            rows("wait for the end of a run that another one of ours began").awaitSettled(step);
            ExternalMessage.arrives(
                    () -> Workflow.newUntypedExternalWorkflowStub(childId).signal("wake"));
            foreignChild = childId;
        }
        continueIfLong();
        wake.await("the end of " + childId);
        if (wake.isRaised()) {
            foreignChild = null;
        }
        paused = true;
    }

    private void continueIfLong() {
        if (LongHistory.isReached() && !wake.isRaised()) {
            continueAsNew();
        }
    }

    private void continueAsNew() {
        ServicePlan plan = shown;
        // The memo of a run is not the next one's.
        ContinueAsNewOptions options = plan == null
                ? ContinueAsNewOptions.getDefaultInstance()
                : ContinueAsNewOptions.newBuilder().setMemo(memo(plan)).build();
        Workflow.continueAsNew(options, input.withProgress(progress.last(PROGRESS_CARRIED)));
    }

    private static ServiceStep step(ServicePlan plan) {
        return new ServiceStep(
                plan.serviceId(), plan.generation(), Workflow.getInfo().getWorkflowId());
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    private static ChildWorkflowOptions child(
            String id, String serviceId, ServicePlan plan, String kind, String summary) {
        return ChildWorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(Queues.CONTROL)
                .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
                .setCancellationType(ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setStaticSummary(summary.length() <= 200 ? summary : summary.substring(0, 200))
                .setMemo(memo(plan))
                .setTypedSearchAttributes(SearchAttributes.newBuilder()
                        .set(Attributes.KIND, kind)
                        .set(Attributes.TENANT, plan.tenant())
                        .set(Attributes.NAME, plan.name())
                        .set(Attributes.RESOURCE, Objects.requireNonNullElse(plan.taskId(), serviceId))
                        .set(Attributes.STATUS, plan.state())
                        .set(Attributes.GENERATION, plan.generation())
                        .build())
                .build();
    }

    private static Map<String, Object> memo(ServicePlan plan) {
        return Map.of("name", plan.name(), "service", plan.serviceId());
    }

    private static ServiceActivities reading() {
        return ActivityCalls.untilDone(ServiceActivities.class, "read the row");
    }

    private static ServiceActivities rows(String summary) {
        return ActivityCalls.untilDone(ServiceActivities.class, summary);
    }

    private static InstanceActivities instances(String summary) {
        return ActivityCalls.untilDone(InstanceActivities.class, summary);
    }
}
