package dev.slipway.workflows.rollout;

import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.rollout.Lowered;
import dev.slipway.workflows.contract.rollout.Outcome;
import dev.slipway.workflows.contract.rollout.Progress;
import dev.slipway.workflows.contract.rollout.Restored;
import dev.slipway.workflows.contract.rollout.Rollout;
import dev.slipway.workflows.contract.rollout.RolloutActivities;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.rollout.RolloutInput.Carried;
import dev.slipway.workflows.contract.rollout.RolloutStart;
import dev.slipway.workflows.contract.rollout.UndoStep;
import dev.slipway.workflows.contract.rollout.WaveActivities;
import dev.slipway.workflows.contract.service.ServiceStep;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.progress.Retries;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Rollout}. Forward: slots, then waves of start, readiness, baking and leave. What undoes a step is noted before the step and
 * undone newest first, out of reach of a cancellation.
 */
public final class RolloutImpl implements Rollout {

    private static final int LONG_HISTORY = 1_200;
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    // So soon a step on rows, too short to heartbeat, is done again after its worker was killed.
    private static final Duration ROWS = Duration.ofSeconds(15);
    private static final Duration LONG_CALL = Duration.ofMinutes(20);

    private final ServiceStep step;
    private final RolloutInput input;
    private final ProgressLog progress;
    private final List<UndoStep> undo = new ArrayList<>();
    private List<String> proven = List.of();
    private Duration spent = Duration.ZERO;
    private boolean signalled;

    @WorkflowInit
    public RolloutImpl(RolloutInput input) {
        this.input = input;
        this.step = input.step();
        Carried carried = input.carried();
        this.progress = new ProgressLog(
                "Rollout of service %s, generation %d".formatted(input.serviceId(), input.generation()),
                carried == null ? List.of() : carried.progress());
        if (carried != null) {
            undo.addAll(carried.undo());
            proven = carried.proven();
            spent = carried.spent();
        }
    }

    @Override
    public void wake() {
        signalled = true;
    }

    @Override
    public Outcome rollOut(RolloutInput sameInput) {
        RolloutStart takeSnapshot =
                uninterrupted(() -> rows("takeSnapshot what serves").takeSnapshot(step));
        Outcome before = takeSnapshot.outcome();
        if (before != null) {
            progress.add("has ended before: " + before.outcome());
            show(before.outcome().toLowerCase(Locale.ROOT));
            return before;
        }
        progress.add(takeSnapshot.title());
        String trouble;
        try {
            trouble = goForward(takeSnapshot);
        } catch (CanceledFailure e) {
            return undone(takeSnapshot, "CANCELLED", "it was cancelled");
        } catch (ActivityFailure e) {
            if (CancellationScope.current().isCancelRequested()) {
                return undone(takeSnapshot, "CANCELLED", "it was cancelled");
            }
            trouble = causeOf(e);
        }
        if (trouble == null) {
            return settled();
        }
        return undone(takeSnapshot, takeSnapshot.hasOld() ? "ROLLED_BACK" : "FAILED", trouble);
    }

    /** Null if the new version serves alone; otherwise why it cannot. */
    private @Nullable String goForward(RolloutStart takeSnapshot) {
        String noSlots = claimSlots(takeSnapshot);
        if (noSlots != null) {
            return noSlots;
        }
        if (takeSnapshot.makesRoom()) {
            lower(false);
        }
        for (int wave = 1; ; wave++) {
            note(UndoStep.REMOVE_NEW);
            String summary = "start instances, wave %d".formatted(wave);
            int wanted = uninterrupted(() -> waves(summary, LONG_CALL).raise(step));
            progress.add("wave %d: %d new instances wanted".formatted(wave, wanted));
            String trouble = proveHealthy(takeSnapshot, wave, wanted);
            if (trouble != null) {
                return trouble;
            }
            if (!takeSnapshot.hasOld() || lower(true)) {
                return null;
            }
            continueIfLong();
        }
    }

    private @Nullable String claimSlots(RolloutStart takeSnapshot) {
        note(UndoStep.RELEASE_SLOTS);
        Instant deadline = now().plus(takeSnapshot.hasOld() ? left(takeSnapshot) : takeSnapshot.longestWait());
        while (true) {
            signalled = false;
            AdmissionResult slots = uninterrupted(() -> rows("claim slots").admit(step));
            switch (slots.state()) {
                case GRANTED -> {
                    return null;
                }
                case IMPOSSIBLE -> {
                    return slots.details();
                }
                case WAITING -> progress.add("waits for slots: " + slots.details());
            }
            Instant began = now();
            Duration rest = Duration.between(began, deadline);
            boolean woken = rest.isPositive() && Workflow.await(rest, () -> signalled);
            if (takeSnapshot.hasOld()) {
                spend(began);
            }
            if (!woken) {
                return "no slots came free in time: " + slots.details();
            }
        }
    }

    /** Waits until the new instances are ready, lets them serve and bakes them; null if they are well. */
    private @Nullable String proveHealthy(RolloutStart takeSnapshot, int wave, int wanted) {
        while (true) {
            Instant began = now();
            Duration limit = left(takeSnapshot);
            Progress ready = waves("await ready %d/%d".formatted(proven.size(), wanted), limit.plus(LONG_CALL))
                    .awaitReady(step, proven, began.plus(limit));
            spend(began);
            if (ready.state() != Progress.State.HEALTHY) {
                return trouble(ready);
            }
            note(UndoStep.SHIFT_BACK);
            Progress baked = waves(
                            "bake %d instances, wave %d".formatted(ready.ready().size(), wave), LONG_CALL)
                    .bake(step, ready.ready());
            progress.add("wave %d: %s".formatted(wave, baked.details()));
            switch (baked.state()) {
                case HEALTHY -> {
                    proven = baked.ready();
                    return null;
                }
                case UNREADY -> proven = List.of();
                case BAD, TIMED_OUT -> {
                    return trouble(baked);
                }
            }
        }
    }

    private String trouble(Progress found) {
        progress.add("not well: " + found.details());
        return found.details();
    }

    /** Lets old instances leave, however long a gateway holds them; true if that was the last wave. */
    private boolean lower(boolean afterBaking) {
        note(UndoStep.RESTORE_OLD);
        while (true) {
            Lowered lowered = waves("drain and end old instances", LONG_CALL).lower(step, afterBaking);
            String holding = lowered.holding();
            if (holding == null) {
                progress.add("%d old instances have left".formatted(lowered.removed()));
                return lowered.last();
            }
            progress.add("holds: " + holding);
            continueIfLong();
        }
    }

    private Outcome settled() {
        return uninterrupted(() -> {
            rows("give back spare slots").keepSlots(step, true);
            return concluded(new Outcome("SUCCEEDED", null));
        });
    }

    private Outcome undone(RolloutStart takeSnapshot, String outcome, String cause) {
        return uninterrupted(() -> {
            if (rows("is a stop asked for?").isOvertaken(step)) {
                return concluded(new Outcome("CANCELLED", "the service was stopped or deleted meanwhile"));
            }
            progress.add("goes back: " + cause);
            show("rolling_back");
            rows("tell of the rollback").beginUndo(step, cause);
            while (!undo.isEmpty()) {
                if (!undo(undo.removeLast(), takeSnapshot)) {
                    return concluded(new Outcome("CANCELLED", "the service was stopped or deleted meanwhile"));
                }
            }
            return concluded(new Outcome(outcome, cause));
        });
    }

    /** False if a stop or delete has overtaken it: then all leave anyway. */
    private boolean undo(UndoStep undone, RolloutStart takeSnapshot) {
        Instant deadline = now().plus(takeSnapshot.deployTimeout());
        switch (undone) {
            case RESTORE_OLD -> {
                return restoreOld(takeSnapshot, deadline);
            }
            case SHIFT_BACK -> {
                waves(
                                "requests back to the old version",
                                takeSnapshot.deployTimeout().plus(LONG_CALL))
                        .shiftBack(step, deadline);
                progress.add("requests go to the old version");
            }
            case REMOVE_NEW -> {
                return removeNew();
            }
            case RELEASE_SLOTS -> rows("give back slots").keepSlots(step, false);
        }
        return true;
    }

    private boolean restoreOld(RolloutStart takeSnapshot, Instant deadline) {
        while (true) {
            Restored restored = waves(
                            "restore old instances",
                            takeSnapshot.deployTimeout().plus(LONG_CALL))
                    .restoreOld(step, deadline);
            String holding = restored.holding();
            if (holding == null) {
                progress.add(restored.back() ? "old instances are back" : "old instances have not come back in time");
                return true;
            }
            progress.add("holds: " + holding);
            if (rows("is a stop asked for?").isOvertaken(step)) {
                return false;
            }
        }
    }

    private boolean removeNew() {
        while (true) {
            Lowered removed = waves("drain and end new instances", LONG_CALL).removeNew(step);
            String holding = removed.holding();
            if (holding == null) {
                progress.add("new instances have left");
                return true;
            }
            progress.add("holds: " + holding);
            if (rows("is a stop asked for?").isOvertaken(step)) {
                return false;
            }
        }
    }

    private Outcome concluded(Outcome outcome) {
        Outcome written = rows("write the outcome").conclude(step, outcome);
        progress.add("ended: " + written.outcome());
        show(written.outcome().toLowerCase(Locale.ROOT));
        return written;
    }

    private static void show(String status) {
        Workflow.upsertTypedSearchAttributes(Attributes.STATUS.valueSet(status));
    }

    /** Short effects run to their end; a cancellation is seen at the next wait. */
    private static <R> R uninterrupted(Supplier<R> work) {
        List<R> result = new ArrayList<>(1);
        Workflow.newDetachedCancellationScope(() -> result.add(work.get())).run();
        return result.getFirst();
    }

    private void note(UndoStep next) {
        if (!undo.contains(next)) {
            undo.add(next);
        }
    }

    private void continueIfLong() {
        if (Workflow.getInfo().isContinueAsNewSuggested() || Workflow.getInfo().getHistoryLength() > LONG_HISTORY) {
            Workflow.continueAsNew(input.carrying(new Carried(List.copyOf(undo), spent, proven, progress.last(10))));
        }
    }

    private Duration left(RolloutStart takeSnapshot) {
        Duration left = takeSnapshot.deployTimeout().minus(spent);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void spend(Instant began) {
        spent = spent.plus(Duration.between(began, now()));
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    private static String causeOf(ActivityFailure failure) {
        return failure.getCause() instanceof ApplicationFailure cause
                ? Objects.requireNonNullElse(cause.getOriginalMessage(), cause.getType())
                : Objects.requireNonNullElse(failure.getMessage(), "unknown");
    }

    private static RolloutActivities rows(String summary) {
        return Workflow.newActivityStub(
                RolloutActivities.class, options(summary, Queues.CONTROL, ROWS).build());
    }

    private static WaveActivities waves(String summary, Duration limit) {
        return Workflow.newActivityStub(
                WaveActivities.class,
                options(summary, Queues.CLUSTER, limit)
                        .setHeartbeatTimeout(HEARTBEAT)
                        .build());
    }

    // An effect that a cancellation meets has to be over before it is undone.
    private static ActivityOptions.Builder options(String summary, String queue, Duration limit) {
        return ActivityOptions.newBuilder()
                .setTaskQueue(queue)
                .setStartToCloseTimeout(limit)
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(Retries.UNTIL_IT_ANSWERS)
                .setSummary(summary);
    }
}
