package dev.slipway.workflows.rollout;

import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.rollout.Lowered;
import dev.slipway.workflows.contract.rollout.Outcome;
import dev.slipway.workflows.contract.rollout.Photograph;
import dev.slipway.workflows.contract.rollout.Places;
import dev.slipway.workflows.contract.rollout.Progress;
import dev.slipway.workflows.contract.rollout.Restored;
import dev.slipway.workflows.contract.rollout.Rollout;
import dev.slipway.workflows.contract.rollout.RolloutActivities;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.rollout.RolloutInput.Carried;
import dev.slipway.workflows.contract.rollout.UndoStep;
import dev.slipway.workflows.contract.rollout.WaveActivities;
import dev.slipway.workflows.contract.service.ServiceStep;
import dev.slipway.workflows.story.Retries;
import dev.slipway.workflows.story.Story;
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
 * {@link Rollout}. Forward: places, then waves of start, readiness, baking and leave. What undoes a step is noted before the step and
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
    private final Story story;
    private final List<UndoStep> undo = new ArrayList<>();
    private List<String> proven = List.of();
    private Duration spent = Duration.ZERO;
    private boolean poked;

    @WorkflowInit
    public RolloutImpl(RolloutInput input) {
        this.input = input;
        this.step = input.step();
        Carried carried = input.carried();
        this.story = new Story(
                "Rollout of service %s, generation %d".formatted(input.serviceId(), input.generation()),
                carried == null ? List.of() : carried.story());
        if (carried != null) {
            undo.addAll(carried.undo());
            proven = carried.proven();
            spent = carried.spent();
        }
    }

    @Override
    public void poke() {
        poked = true;
    }

    @Override
    public Outcome rollOut(RolloutInput sameInput) {
        Photograph photograph =
                uninterrupted(() -> rows("photograph what serves").photograph(step));
        Outcome before = photograph.outcome();
        if (before != null) {
            story.tell("has ended before: " + before.outcome());
            show(before.outcome().toLowerCase(Locale.ROOT));
            return before;
        }
        story.tell(photograph.title());
        String trouble;
        try {
            trouble = goForward(photograph);
        } catch (CanceledFailure e) {
            return undone(photograph, "CANCELLED", "it was cancelled");
        } catch (ActivityFailure e) {
            if (CancellationScope.current().isCancelRequested()) {
                return undone(photograph, "CANCELLED", "it was cancelled");
            }
            trouble = causeOf(e);
        }
        if (trouble == null) {
            return settled();
        }
        return undone(photograph, photograph.hasOld() ? "ROLLED_BACK" : "FAILED", trouble);
    }

    /** Null if the new version serves alone; otherwise why it cannot. */
    private @Nullable String goForward(Photograph photograph) {
        String noPlaces = claimPlaces(photograph);
        if (noPlaces != null) {
            return noPlaces;
        }
        if (photograph.makesRoom()) {
            lower(false);
        }
        for (int wave = 1; ; wave++) {
            note(UndoStep.REMOVE_NEW);
            String summary = "start instances, wave %d".formatted(wave);
            int wanted = uninterrupted(() -> waves(summary, LONG_CALL).raise(step));
            story.tell("wave %d: %d new instances wanted".formatted(wave, wanted));
            String trouble = proveWell(photograph, wave, wanted);
            if (trouble != null) {
                return trouble;
            }
            if (!photograph.hasOld() || lower(true)) {
                return null;
            }
            continueIfLong();
        }
    }

    private @Nullable String claimPlaces(Photograph photograph) {
        note(UndoStep.GIVE_BACK_PLACES);
        Instant deadline = now().plus(photograph.hasOld() ? left(photograph) : photograph.longestWait());
        while (true) {
            poked = false;
            Places places = uninterrupted(() -> rows("claim places").admit(step));
            switch (places.state()) {
                case GRANTED -> {
                    return null;
                }
                case IMPOSSIBLE -> {
                    return places.details();
                }
                case WAITING -> story.tell("waits for places: " + places.details());
            }
            Instant began = now();
            Duration rest = Duration.between(began, deadline);
            boolean woken = rest.isPositive() && Workflow.await(rest, () -> poked);
            if (photograph.hasOld()) {
                spend(began);
            }
            if (!woken) {
                return "no places came free in time: " + places.details();
            }
        }
    }

    /** Waits until the new instances are ready, lets them serve and bakes them; null if they are well. */
    private @Nullable String proveWell(Photograph photograph, int wave, int wanted) {
        while (true) {
            Instant began = now();
            Duration limit = left(photograph);
            Progress ready = waves("await ready %d/%d".formatted(proven.size(), wanted), limit.plus(LONG_CALL))
                    .awaitReady(step, proven, began.plus(limit));
            spend(began);
            if (ready.state() != Progress.State.WELL) {
                return trouble(ready);
            }
            note(UndoStep.SHIFT_BACK);
            Progress baked = waves(
                            "bake %d instances, wave %d".formatted(ready.ready().size(), wave), LONG_CALL)
                    .bake(step, ready.ready());
            story.tell("wave %d: %s".formatted(wave, baked.details()));
            switch (baked.state()) {
                case WELL -> {
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

    private String trouble(Progress progress) {
        story.tell("not well: " + progress.details());
        return progress.details();
    }

    /** Lets old instances leave, however long a gateway holds them; true if that was the last wave. */
    private boolean lower(boolean afterBaking) {
        note(UndoStep.RESTORE_OLD);
        while (true) {
            Lowered lowered = waves("drain and end old instances", LONG_CALL).lower(step, afterBaking);
            String holding = lowered.holding();
            if (holding == null) {
                story.tell("%d old instances have left".formatted(lowered.removed()));
                return lowered.last();
            }
            story.tell("holds: " + holding);
            continueIfLong();
        }
    }

    private Outcome settled() {
        return uninterrupted(() -> {
            rows("give back spare places").keepPlaces(step, true);
            return concluded(new Outcome("SUCCEEDED", null));
        });
    }

    private Outcome undone(Photograph photograph, String outcome, String cause) {
        return uninterrupted(() -> {
            if (rows("is a stop asked for?").isOvertaken(step)) {
                return concluded(new Outcome("CANCELLED", "the service was stopped or deleted meanwhile"));
            }
            story.tell("goes back: " + cause);
            show("rolling_back");
            rows("tell of the rollback").beginUndo(step, cause);
            while (!undo.isEmpty()) {
                if (!undo(undo.removeLast(), photograph)) {
                    return concluded(new Outcome("CANCELLED", "the service was stopped or deleted meanwhile"));
                }
            }
            return concluded(new Outcome(outcome, cause));
        });
    }

    /** False if a stop or delete has overtaken it: then all leave anyway. */
    private boolean undo(UndoStep undone, Photograph photograph) {
        Instant deadline = now().plus(photograph.deployTimeout());
        switch (undone) {
            case RESTORE_OLD -> {
                return restoreOld(photograph, deadline);
            }
            case SHIFT_BACK -> {
                waves(
                                "requests back to the old version",
                                photograph.deployTimeout().plus(LONG_CALL))
                        .shiftBack(step, deadline);
                story.tell("requests go to the old version");
            }
            case REMOVE_NEW -> {
                return removeNew();
            }
            case GIVE_BACK_PLACES -> rows("give back places").keepPlaces(step, false);
        }
        return true;
    }

    private boolean restoreOld(Photograph photograph, Instant deadline) {
        while (true) {
            Restored restored = waves(
                            "restore old instances", photograph.deployTimeout().plus(LONG_CALL))
                    .restoreOld(step, deadline);
            String holding = restored.holding();
            if (holding == null) {
                story.tell(restored.back() ? "old instances are back" : "old instances have not come back in time");
                return true;
            }
            story.tell("holds: " + holding);
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
                story.tell("new instances have left");
                return true;
            }
            story.tell("holds: " + holding);
            if (rows("is a stop asked for?").isOvertaken(step)) {
                return false;
            }
        }
    }

    private Outcome concluded(Outcome outcome) {
        Outcome written = rows("write the outcome").conclude(step, outcome);
        story.tell("ended: " + written.outcome());
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
            Workflow.continueAsNew(input.carrying(new Carried(List.copyOf(undo), spent, proven, story.last(10))));
        }
    }

    private Duration left(Photograph photograph) {
        Duration left = photograph.deployTimeout().minus(spent);
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
