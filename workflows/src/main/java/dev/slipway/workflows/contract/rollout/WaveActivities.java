package dev.slipway.workflows.contract.rollout;

import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.service.ServiceStep;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * One wave of a rollout, and its undo. Each activity computes the wanted state from the rollout's row and the present counts, so it may run
 * twice or after a crash in the middle. None waits: it writes a row that says what is waited for, and the rollout is woken when that has
 * happened. Nothing is done after a newer command. Queue slipway-control, seconds at most. Worth a retry only while the database does not
 * answer.
 */
@ActivityInterface(namePrefix = "Rollout")
public interface WaveActivities {

    /** Asks for the next new instances; returns how many are wanted in all. */
    int scaleUp(ServiceStep step);

    /**
     * Returns whether all new instances are ready.
     *
     * @param proven instances that were ready before: the end of one is a crash
     */
    VersionHealth checkReady(ServiceStep step, List<String> proven);

    /** Records that the new instances were not ready in time, with the end of the log of one of them. */
    VersionHealth timeOut(ServiceStep step);

    /** Adds the new instances to the routes. The rollout is woken when every gateway has applied that. */
    void shiftTraffic(ServiceStep step);

    /**
     * Judges the new instances and records the verdict.
     *
     * @param proven as in {@link #checkReady}
     * @param baking whether the rollout is woken as soon as one is no longer healthy
     */
    VersionHealth judge(ServiceStep step, List<String> proven, boolean baking);

    /**
     * Drains as many old instances as there are new ones that proved healthy.
     *
     * @param proven whether the new instances have baked
     */
    Drain drainOld(ServiceStep step, boolean proven);

    /** Drains the new instances once an old one answers, or at once with {@code force}. */
    Drain drainNew(ServiceStep step, boolean force);

    /** Returns the old instances that are draining: they cannot serve again, and must end before others replace them. */
    Drain drained(ServiceStep step);

    /** Ends drained instances once no gateway holds them. */
    Ending end(ServiceStep step, Drain drain, Ending.WaitsFor waitsFor);

    /** Asks for as many old instances as there were, and gives them their share of the requests. */
    void restoreOld(ServiceStep step);

    /**
     * Returns whether old instances answer, and adds them to the routes if so.
     *
     * @param all whether as many as there were; otherwise one of each old set
     */
    boolean areOldBack(ServiceStep step, boolean all);
}
