package dev.slipway.workflows.rollout;

import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.activity.BestEffort;
import dev.slipway.workflows.contract.BadEnd;
import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.rollout.Rollout;
import dev.slipway.workflows.contract.rollout.RolloutActivities;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.rollout.RolloutInput.Carried;
import dev.slipway.workflows.contract.rollout.RolloutResult;
import dev.slipway.workflows.contract.rollout.RolloutStart;
import dev.slipway.workflows.contract.rollout.UndoStep;
import dev.slipway.workflows.contract.rollout.VersionHealth;
import dev.slipway.workflows.contract.rollout.WaveActivities;
import dev.slipway.workflows.contract.service.ServiceStep;
import dev.slipway.workflows.instance.ScaleDown;
import dev.slipway.workflows.progress.Counted;
import dev.slipway.workflows.progress.ProgressLog;
import dev.slipway.workflows.progress.ShownStatus;
import dev.slipway.workflows.wake.LongHistory;
import dev.slipway.workflows.wake.OwnId;
import dev.slipway.workflows.wake.TimedWait;
import dev.slipway.workflows.wake.WakeSignal;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@link Rollout}. Forward: slots, then waves of start, readiness, bake and drain. The undo of a step is recorded before the step; undo
 * runs newest first and is protected from cancellation. Activities only change rows. All waits are here, and a watcher wakes them when
 * something changed.
 */
public final class RolloutImpl implements Rollout {

    private static final Duration ROUTES_KNOWN = Duration.ofSeconds(2);
    private static final String CANCELLED = "CANCELLED";
    private static final String ROLLED_BACK = "ROLLED_BACK";
    private static final String FAILED = "FAILED";
    private static final String OVERTAKEN = "the service was stopped or deleted meanwhile";

    private final ServiceStep step;
    private final RolloutInput input;
    private final ProgressLog progress;
    private final WakeSignal wake = new WakeSignal();
    private final ShownStatus status = new ShownStatus();
    private final List<UndoStep> undo = new ArrayList<>();
    private final @Nullable RolloutResult undoing;
    private final BestEffort bestEffort;
    private List<String> proven = List.of();
    private Duration spent = Duration.ZERO;
    private @Nullable Instant waitingSince;

    @WorkflowInit
    public RolloutImpl(RolloutInput input) {
        this.input = input;
        this.step = input.step();
        Carried carried = input.carried();
        this.progress = new ProgressLog(
                "Rollout of service %s, generation %d, %s"
                        .formatted(input.name(), input.generation(), input.serviceId()),
                carried == null ? List.of() : carried.progress());
        this.bestEffort = new BestEffort(step, progress);
        this.undoing = carried == null ? null : carried.undoing();
        if (carried != null) {
            undo.addAll(carried.undo());
            proven = carried.proven();
            spent = carried.spent();
            waitingSince = carried.waitingSince();
        }
    }

    @Override
    public void wake() {
        wake.raise();
    }

    @Override
    public RolloutResult rollOut(RolloutInput sameInput) {
        RolloutResult result = rolledOutOrBack();
        if (result.outcome().equals(ROLLED_BACK) || result.outcome().equals(FAILED)) {
            throw BadEnd.of(BadEnd.ROLLOUT, result.cause(), result);
        }
        return result;
    }

    private RolloutResult rolledOutOrBack() {
        OwnId.require(input.workflowId());
        RolloutStart start = rows("take a snapshot of what serves").takeSnapshot(step);
        RolloutResult before = start.outcome();
        if (before != null) {
            progress.add("has ended before: " + before.words());
            status.show(before.outcome().toLowerCase(Locale.ROOT));
            return before;
        }
        RolloutResult resumed = undoing;
        if (resumed != null) {
            return goBack(start, resumed);
        }
        progress.add(start.title());
        if (start.begun() && input.carried() == null) {
            noteWhatALostRunMayHaveDone(start);
        }
        String trouble;
        try {
            trouble = goForward(start);
        } catch (CanceledFailure e) {
            return goBack(start, new RolloutResult(CANCELLED, "it was cancelled"));
        } catch (ActivityFailure e) {
            if (CancellationScope.current().isCancelRequested()) {
                return goBack(start, new RolloutResult(CANCELLED, "it was cancelled"));
            }
            trouble = ActivityCalls.causeOf(e);
        }
        if (trouble == null) {
            return settled();
        }
        return goBack(start, new RolloutResult(start.hasOld() ? ROLLED_BACK : FAILED, trouble));
    }

    /** Why the new version cannot serve; null once it serves alone. */
    private @Nullable String goForward(RolloutStart start) {
        String noSlots = claimSlots(start);
        if (noSlots != null) {
            return noSlots;
        }
        if (start.makesRoom() && drainOld(false) == null) {
            return OVERTAKEN;
        }
        for (int wave = 1; ; wave++) {
            CancellationScope.throwCanceled();
            note(UndoStep.REMOVE_NEW);
            String summary = "scale up, wave %d".formatted(wave);
            int wanted = waves(summary).scaleUp(step);
            progress.add("wave %d: %s wanted".formatted(wave, Counted.of(wanted, "new instance")));
            String trouble = proveHealthy(start, wave, wanted);
            if (trouble != null) {
                return trouble;
            }
            if (!start.hasOld()) {
                return null;
            }
            CancellationScope.throwCanceled();
            Boolean last = drainOld(true);
            if (last == null) {
                return OVERTAKEN;
            }
            if (last) {
                return null;
            }
            continueIfLong(null);
        }
    }

    private @Nullable String claimSlots(RolloutStart start) {
        note(UndoStep.RELEASE_SLOTS);
        if (waitingSince == null) {
            waitingSince = now();
        }
        Instant since = waitingSince;
        Instant deadline = start.hasOld() ? now().plus(left(start)) : since.plus(start.longestWait());
        wake.reset();
        String told = "";
        while (true) {
            wake.clear();
            AdmissionResult result = rows("claim slots").admit(step);
            switch (result.state()) {
                case GRANTED -> {
                    status.goesOn("deploying");
                    waitingSince = null;
                    return null;
                }
                case IMPOSSIBLE -> {
                    return result.details();
                }
                case WAITING -> {
                    status.waits();
                    told = tell("waits for slots: " + result.details(), told);
                }
            }
            Instant began = now();
            boolean inTime = wake.await("slots", deadline);
            if (start.hasOld()) {
                spend(began);
            }
            if (!inTime) {
                return "no slots came free in time: " + result.details();
            }
            continueIfLong(null);
        }
    }

    /**
     * Waits until the new instances are ready, lets them serve, and bakes them. Why they are not healthy; null if they are. A bake in which
     * one becomes unready counts into the deployment time-out: otherwise instances that come and go would never be given up.
     */
    private @Nullable String proveHealthy(RolloutStart start, int wave, int wanted) {
        while (true) {
            VersionHealth ready = awaitReady(start, wanted);
            if (ready.state() != VersionHealth.State.HEALTHY) {
                return ready.details();
            }
            note(UndoStep.SHIFT_BACK);
            Instant began = now();
            VersionHealth baked = bake(start, wave, ready);
            switch (baked.state()) {
                case HEALTHY -> {
                    progress.add("wave %d: %s".formatted(wave, baked.details()));
                    proven = baked.ready();
                    return null;
                }
                case UNREADY -> {
                    progress.add("wave %d: %s".formatted(wave, baked.details()));
                    proven = List.of();
                    spend(began);
                    if (left(start).isZero()) {
                        return timeOut().details();
                    }
                }
                case BAD, TIMED_OUT -> {
                    return baked.details();
                }
            }
            continueIfLong(null);
        }
    }

    private VersionHealth awaitReady(RolloutStart start, int wanted) {
        wake.reset();
        while (true) {
            wake.clear();
            VersionHealth health = waves("ready? %d of %d are proven".formatted(proven.size(), wanted))
                    .checkReady(step, proven);
            if (health.state() != VersionHealth.State.UNREADY) {
                return health;
            }
            Instant began = now();
            boolean inTime = wake.await("new instances to be ready", began.plus(left(start)));
            spend(began);
            if (!inTime) {
                return timeOut();
            }
        }
    }

    private VersionHealth timeOut() {
        return waves("not ready in time").timeOut(step);
    }

    /** Lets new instances serve and watches them for the bake time; a crash ends it at once. */
    private VersionHealth bake(RolloutStart start, int wave, VersionHealth ready) {
        wake.clear();
        waves("requests to new instances, wave %d".formatted(wave)).shiftTraffic(step);
        // A gateway that does not know the new instances yet does no harm: the wait is for them to get requests while
        // they bake.
        TimedWait.await("time for gateways to know the new instances", ROUTES_KNOWN, wake::isRaised);
        boolean needsBaking = start.hasOld() && !ready.ready().isEmpty();
        Instant baked = now().plus(needsBaking ? start.bake() : Duration.ZERO);
        VersionHealth health = judge(ready, needsBaking);
        while (needsBaking && health.state() == VersionHealth.State.HEALTHY && now().isBefore(baked)) {
            wake.clear();
            TimedWait.await("bakes; judges after this", Duration.between(now(), baked), wake::isRaised);
            health = judge(ready, now().isBefore(baked));
        }
        return health;
    }

    private VersionHealth judge(VersionHealth ready, boolean baking) {
        String summary = baking ? "bake %d instances" : "judge %d instances";
        return waves(summary.formatted(ready.ready().size())).judge(step, ready.ready(), baking);
    }

    /**
     * Drains and ends old instances, however long a gateway holds them. Returns whether that was the last wave; null if there is a newer
     * command.
     */
    private @Nullable Boolean drainOld(boolean afterBaking) {
        note(UndoStep.RESTORE_OLD);
        Drain drain = waves("drain old instances").drainOld(step, afterBaking);
        CancellationScope.throwCanceled(); // the last moment at which the old ones can simply serve again
        if (!scaleDown("old", null).run(drain)) {
            return null;
        }
        progress.add("ended: " + Counted.of(drain.removed(), "old instance"));
        return drain.last();
    }

    private ScaleDown scaleDown(String which, @Nullable RolloutResult goingBack) {
        return new ScaleDown(
                wake,
                progress,
                (drain, waitsFor) -> waves("end %s instances".formatted(which)).end(step, drain, waitsFor),
                () -> {
                    status.waits();
                    continueIfLong(goingBack);
                },
                () -> status.goesOn(goingBack != null ? "rolling_back" : "deploying"));
    }

    private RolloutResult settled() {
        return ActivityCalls.uninterrupted(() -> {
            bestEffort.run(
                    "give back spare slots", () -> rows("give back spare slots").keepSlots(step, true));
            return concluded(new RolloutResult("SUCCEEDED", null));
        });
    }

    private RolloutResult goBack(RolloutStart start, RolloutResult outcome) {
        return ActivityCalls.uninterrupted(() -> {
            if (bestEffort.get("ask whether a stop is asked for", false, () -> rows("is a stop asked for?")
                    .isOvertaken(step))) {
                return concluded(new RolloutResult(CANCELLED, OVERTAKEN));
            }
            progress.add("goes back: " + outcome.cause());
            status.show("rolling_back");
            bestEffort.run("tell of the rollback", () -> rows("tell of the rollback")
                    .beginUndo(step, String.valueOf(outcome.cause())));
            while (!undo.isEmpty()) {
                boolean overtaken = !tryToUndo(undo.getLast(), start, outcome);
                if (overtaken) {
                    return concluded(new RolloutResult(CANCELLED, OVERTAKEN));
                }
                undo.removeLast();
            }
            return concluded(outcome);
        });
    }

    /** A failed undo step is reported, and the steps after it still run. The reconciler and the sweepers do the rest. */
    private boolean tryToUndo(UndoStep undone, RolloutStart start, RolloutResult outcome) {
        return bestEffort.get(undone.words(), true, () -> undo(undone, start, outcome));
    }

    /** False after a stop or delete: then all instances end anyway. */
    private boolean undo(UndoStep undone, RolloutStart start, RolloutResult outcome) {
        switch (undone) {
            case RESTORE_OLD -> {
                waves("new instances out of the routes").drainNew(step, false);
                Drain drained = waves("which old instances drain?").drained(step);
                if (!scaleDown("drained old", outcome).run(drained)) {
                    return false;
                }
                waves("restore old instances").restoreOld(step);
                boolean back = awaitOld(start, true);
                progress.add(back ? "old instances are back" : "old instances have not come back in time");
                return true;
            }
            case SHIFT_BACK -> {
                awaitOld(start, false);
                waves("requests back to the old version").drainNew(step, true);
                progress.add("requests go to the old version");
                return true;
            }
            case REMOVE_NEW -> {
                Drain drain = waves("drain new instances").drainNew(step, true);
                boolean ended = scaleDown("new", outcome).run(drain);
                if (ended) {
                    progress.add("new instances have ended");
                }
                return ended;
            }
            case RELEASE_SLOTS -> {
                rows("give back slots").keepSlots(step, false);
                return true;
            }
        }
        throw new IllegalStateException("unknown step " + undone);
    }

    private boolean awaitOld(RolloutStart start, boolean all) {
        Instant deadline = now().plus(start.deployTimeout());
        wake.reset();
        while (true) {
            wake.clear();
            if (waves(all ? "are old instances back?" : "does an old instance answer?")
                    .areOldBack(step, all)) {
                return true;
            }
            if (!wake.await("old instances to serve again", deadline)) {
                return false;
            }
        }
    }

    private RolloutResult concluded(RolloutResult outcome) {
        RolloutResult written = rows("write the outcome").conclude(step, outcome);
        progress.add(written.words());
        status.show(written.outcome().toLowerCase(Locale.ROOT));
        return written;
    }

    private String tell(String line, String lastLine) {
        if (!line.equals(lastLine)) {
            progress.add(line);
        }
        return line;
    }

    /** A run that was terminated took its list along. */
    private void noteWhatALostRunMayHaveDone(RolloutStart start) {
        note(UndoStep.RELEASE_SLOTS);
        if (start.makesRoom()) {
            note(UndoStep.RESTORE_OLD);
        }
        note(UndoStep.REMOVE_NEW);
        note(UndoStep.SHIFT_BACK);
        if (start.hasOld()) {
            note(UndoStep.RESTORE_OLD);
        }
    }

    private void note(UndoStep next) {
        if (!undo.contains(next)) {
            undo.add(next);
        }
    }

    private void continueIfLong(@Nullable RolloutResult goingBack) {
        if (LongHistory.isReached()) {
            if (goingBack == null) {
                CancellationScope.throwCanceled(); // the next run would not know of it
            }
            Workflow.continueAsNew(
                    input.carrying(new Carried(undo, spent, proven, progress.last(10), waitingSince, goingBack)));
        }
    }

    private Duration left(RolloutStart start) {
        Duration left = start.deployTimeout().minus(spent);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void spend(Instant began) {
        spent = spent.plus(Duration.between(began, now()));
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }

    private static RolloutActivities rows(String summary) {
        return ActivityCalls.untilDone(RolloutActivities.class, summary);
    }

    private static WaveActivities waves(String summary) {
        return ActivityCalls.untilDone(WaveActivities.class, summary);
    }
}
