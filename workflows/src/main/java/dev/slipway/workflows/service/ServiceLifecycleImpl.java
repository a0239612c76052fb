package dev.slipway.workflows.service;

import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchInference;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.instance.InstanceActivities;
import dev.slipway.workflows.contract.instance.Quiet;
import dev.slipway.workflows.contract.rollout.Outcome;
import dev.slipway.workflows.contract.rollout.Rollout;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.service.Look;
import dev.slipway.workflows.contract.service.ServiceActivities;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;
import dev.slipway.workflows.contract.service.ServiceStep;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.progress.Retries;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.common.SearchAttributes;
import io.temporal.workflow.CancelExternalWorkflowException;
import io.temporal.workflow.ChildWorkflowCancellationType;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.SignalExternalWorkflowException;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link ServiceLifecycle}. Level-triggered: flag down, read the row, do one transition, write what is so, wait for the flag. Nothing
 * that it remembers is needed by the next run: a run can start from the row in the middle of anything.
 */
public final class ServiceLifecycleImpl implements ServiceLifecycle {

    private static final Duration ADOPTED_CHECK = Duration.ofSeconds(10);
    private static final int STORY_CARRIED = 10;

    private final ServiceActivities reading = Workflow.newLocalActivityStub(
            ServiceActivities.class,
            LocalActivityOptions.newBuilder()
                    .setStartToCloseTimeout(Duration.ofSeconds(10))
                    .setRetryOptions(Retries.UNTIL_IT_ANSWERS)
                    .build());

    private boolean signalled;
    private boolean rolledOut;
    private @Nullable String endedTask;
    private @Nullable Look shown;

    @Override
    public void wake() {
        signalled = true;
    }

    @Override
    public void live(ServiceInput input) {
        String id = input.serviceId();
        List<String> before = input.progress();
        ProgressLog progress = new ProgressLog("Service " + id, before == null ? List.of() : before);
        while (true) {
            signalled = false;
            Look look = look(id, progress);
            ServiceStep step = new ServiceStep(id, look.generation());
            switch (look.next()) {
                case GONE -> {
                    return;
                }
                case REST -> rest(input, look, progress);
                case SHARE -> {
                    writing("share requests by weight").share(step);
                    progress.add("requests shared anew");
                }
                case ROLL_OUT -> rollOut(step, look, progress);
                case RUN_BATCH -> runBatch(step, look, progress);
                case STOP -> stop(step, look, progress);
                case DELETE -> delete(step, look, progress);
            }
        }
    }

    private Look look(String id, ProgressLog progress) {
        Look look = reading.look(id);
        Look before = shown;
        shown = look;
        if (before == null || !sameStatus(before, look)) {
            progress.add("generation %d, %s: %s".formatted(look.generation(), look.state(), look.title()));
            upsert(id, look);
        }
        return look;
    }

    private static boolean sameStatus(Look one, Look other) {
        return one.generation() == other.generation()
                && one.state().equals(other.state())
                && Objects.equals(one.autoStopAt(), other.autoStopAt());
    }

    private static void upsert(String id, Look look) {
        Instant autoStopAt = look.autoStopAt();
        Workflow.upsertTypedSearchAttributes(
                Attributes.KIND.valueSet("service"),
                Attributes.RESOURCE.valueSet(id),
                Attributes.TENANT.valueSet(look.tenant()),
                Attributes.STATUS.valueSet(look.state()),
                Attributes.GENERATION.valueSet(look.generation()),
                autoStopAt == null
                        ? Attributes.AUTO_STOP_AT.valueUnset()
                        : Attributes.AUTO_STOP_AT.valueSet(autoStopAt.atOffset(ZoneOffset.UTC)));
    }

    private void rest(ServiceInput input, Look look, ProgressLog progress) {
        if (!signalled && (rolledOut || Workflow.getInfo().isContinueAsNewSuggested())) {
            Workflow.continueAsNew(input.withStory(progress.last(STORY_CARRIED)));
        }
        awaitWakeOr(input.serviceId(), look, () -> false);
    }

    /** Waits until it is signalled, {@code other} holds, or the auto-stop is due: then the stop is asked for. */
    private void awaitWakeOr(String id, Look look, Supplier<Boolean> other) {
        Instant due = look.autoStopAt();
        if (due == null) {
            Workflow.await(() -> signalled || other.get());
            return;
        }
        Duration left = Duration.between(now(), due);
        boolean woken = left.isPositive() && Workflow.await(left, () -> signalled || other.get());
        if (!woken) {
            writing("auto-stop is due").stopWhenDue(id, due);
        }
    }

    private void rollOut(ServiceStep step, Look look, ProgressLog progress) {
        String childId = Rollout.id(step.serviceId(), step.generation());
        Rollout rollout = Workflow.newChildWorkflowStub(
                Rollout.class,
                child(childId, step.serviceId(), look, "rollout", "roll out %s".formatted(look.title())));
        Child<Outcome> child = Child.start(
                rollout,
                () -> rollout.rollOut(new RolloutInput(step.serviceId(), step.generation(), look.tenant(), null)));
        if (!child.isOurs()) {
            waitForOther(childId);
            return;
        }
        follow(child, step, look, progress, () -> Workflow.newExternalWorkflowStub(Rollout.class, childId)
                .wake());
        rolledOut = true;
        progress.add("rollout of generation %d: %s".formatted(step.generation(), child.describe(Outcome::outcome)));
    }

    private void runBatch(ServiceStep step, Look look, ProgressLog progress) {
        BatchRun run = batchRun(step, look);
        BatchInference batch = Workflow.newChildWorkflowStub(
                BatchInference.class,
                child(run.workflowId(), step.serviceId(), look, "batch", "batch %s".formatted(look.title())));
        Child<BatchResult> child = Child.start(batch, () -> batch.run(run));
        if (!child.isOurs()) {
            waitForOther(run.workflowId());
            return;
        }
        follow(child, step, look, progress, () -> Workflow.newExternalWorkflowStub(
                        BatchInference.class, run.workflowId())
                .wake());
        rolledOut = true;
        endedTask = run.taskId();
        BatchResult result = child.result();
        progress.add("task %s: %s"
                .formatted(run.taskId(), child.describe(found -> found.end().name())));
        if (result != null) {
            writing("write how the job ended").batchEnded(step, result);
        }
    }

    private static BatchRun batchRun(ServiceStep step, Look look) {
        return new BatchRun(step.serviceId(), Objects.requireNonNull(look.taskId(), "task of a batch service"), 1);
    }

    /** Waits for the child's end; a newer command cancels it, any other wake is passed on. */
    private void follow(Child<?> child, ServiceStep step, Look look, ProgressLog progress, Runnable passOn) {
        Look latest = look;
        while (!child.hasEnded()) {
            awaitWakeOr(step.serviceId(), latest, child::hasEnded);
            if (child.hasEnded()) {
                return;
            }
            signalled = false;
            latest = look(step.serviceId(), progress);
            if (latest.generation() != step.generation()) {
                progress.add("generation %d ends what is going on".formatted(latest.generation()));
                child.cancel();
                Workflow.await(child::hasEnded);
                return;
            }
            tryTo(passOn);
        }
    }

    private void stop(ServiceStep step, Look look, ProgressLog progress) {
        endWhatRuns(step, look, progress);
        clear(step, progress);
        writing("write stopped").stopped(step);
    }

    private void delete(ServiceStep step, Look look, ProgressLog progress) {
        endWhatRuns(step, look, progress);
        clear(step, progress);
        writing("write deleted").deleted(step);
    }

    private void clear(ServiceStep step, ProgressLog progress) {
        Quiet quiet = instances("close routes, let requests end", Duration.ofMinutes(10))
                .closeRoutes(step);
        String holding = quiet.holding();
        progress.add(
                holding == null
                        ? "routes closed, no request open"
                        : "routes closed; did not wait longer for " + holding);
        instances("end instances, give back slots", Duration.ofMinutes(30)).removeAll(step);
        progress.add("instances ended, slots given back");
    }

    /** Ends what a run of ours before this one may have left running, and what a batch job owes. */
    private void endWhatRuns(ServiceStep step, Look look, ProgressLog progress) {
        Long open = look.openRollout();
        if (open != null
                && tryTo(() -> Workflow.newUntypedExternalWorkflowStub(Rollout.id(step.serviceId(), open))
                        .cancel())) {
            Look latest = look;
            while (open.equals(latest.openRollout())) {
                Workflow.sleep(Duration.ofSeconds(1));
                latest = look(step.serviceId(), progress);
                if (!tryTo(() -> Workflow.newUntypedExternalWorkflowStub(Rollout.id(step.serviceId(), open))
                        .cancel())) {
                    break;
                }
            }
        }
        if (look.taskId() != null && !look.taskId().equals(endedTask)) {
            endBatch(step, look, progress);
        }
    }

    /** A cancelled job seals its task and writes its manifest; one that has ended answers at once. */
    private void endBatch(ServiceStep step, Look look, ProgressLog progress) {
        BatchRun run = batchRun(step, look);
        while (true) {
            BatchInference batch = Workflow.newChildWorkflowStub(
                    BatchInference.class,
                    child(run.workflowId(), step.serviceId(), look, "batch", "end batch %s".formatted(look.title())));
            Child<BatchResult> child = Child.start(batch, () -> batch.run(run));
            if (child.isOurs()) {
                child.cancel();
                Workflow.await(child::hasEnded);
                progress.add("task %s: %s".formatted(run.taskId(), child.describe(found -> found.end()
                        .name())));
                return;
            }
            tryTo(() ->
                    Workflow.newUntypedExternalWorkflowStub(run.workflowId()).cancel());
            Workflow.sleep(Duration.ofSeconds(2));
        }
    }

    /** A child that a lost run of ours started lives on under its id; when it has ended, ours is told the outcome by its row. */
    private void waitForOther(String childId) {
        tryTo(() -> Workflow.newUntypedExternalWorkflowStub(childId).signal("wake"));
        Workflow.await(ADOPTED_CHECK, () -> signalled);
    }

    /** Whether there was somebody to be told. */
    private static boolean tryTo(Runnable message) {
        try {
            message.run();
            return true;
        } catch (SignalExternalWorkflowException | CancelExternalWorkflowException nobodyThere) {
            return false;
        }
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    private static ChildWorkflowOptions child(String id, String serviceId, Look look, String kind, String summary) {
        return ChildWorkflowOptions.newBuilder()
                .setWorkflowId(id)
                .setTaskQueue(Queues.CONTROL)
                .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
                .setCancellationType(ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setStaticSummary(summary.length() <= 200 ? summary : summary.substring(0, 200))
                .setTypedSearchAttributes(SearchAttributes.newBuilder()
                        .set(Attributes.KIND, kind)
                        .set(Attributes.TENANT, look.tenant())
                        .set(Attributes.RESOURCE, Objects.requireNonNullElse(look.taskId(), serviceId))
                        .set(Attributes.STATUS, look.state())
                        .set(Attributes.GENERATION, look.generation())
                        .build())
                .build();
    }

    private static ServiceActivities writing(String summary) {
        return Workflow.newActivityStub(
                ServiceActivities.class,
                ActivityOptions.newBuilder()
                        .setTaskQueue(Queues.CONTROL)
                        .setStartToCloseTimeout(Duration.ofSeconds(30))
                        .setRetryOptions(Retries.UNTIL_IT_ANSWERS)
                        .setSummary(summary)
                        .build());
    }

    private static InstanceActivities instances(String summary, Duration limit) {
        return Workflow.newActivityStub(
                InstanceActivities.class,
                ActivityOptions.newBuilder()
                        .setTaskQueue(Queues.CLUSTER)
                        .setStartToCloseTimeout(limit)
                        .setHeartbeatTimeout(Duration.ofSeconds(10))
                        .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                        .setRetryOptions(Retries.UNTIL_IT_ANSWERS)
                        .setSummary(summary)
                        .build());
    }
}
