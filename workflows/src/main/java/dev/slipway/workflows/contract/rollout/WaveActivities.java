package dev.slipway.workflows.contract.rollout;

import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.service.ServiceStep;
import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * One wave of a rollout and its undoing. Each brings the rows to a state that follows from the rollout's row and the counts as they
 * stand, so that it may run twice or begin in the middle; none waits. What is to be waited for is written down, and the rollout is
 * woken when it has come. Nothing is done once a newer command is there. Queue slipway-control, seconds at most; only the
 * database not answering is worth a retry.
 */
@ActivityInterface(namePrefix = "Rollout")
public interface WaveActivities {

    /** Wants the next new instances; answers how many there shall be in all. */
    int scaleUp(ServiceStep step);

    /**
     * Says whether all new instances are ready.
     *
     * @param proven instances that were ready before: the end of one is a crash
     */
    VersionHealth checkReady(ServiceStep step, List<String> proven);

    /** Tells that the new instances were not ready in time, with the end of the log of one that is not. */
    VersionHealth timeOut(ServiceStep step);

    /** Lets the new instances take requests. The rollout is woken when every gateway knows. */
    void shiftTraffic(ServiceStep step);

    /**
     * The verdict on the new instances now, which is also written down.
     *
     * @param proven as in {@link #checkReady}
     * @param baking whether the rollout is to be woken as soon as one is healthy no more
     */
    VersionHealth judge(ServiceStep step, List<String> proven, boolean baking);

    /**
     * Drains as many old instances as new ones have proved healthy.
     *
     * @param proven whether the new instances have baked
     */
    Drain drainOld(ServiceStep step, boolean proven);

    /** Drains the new instances, as soon as an old one answers or {@code force}. */
    Drain drainNew(ServiceStep step, boolean force);

    /** Names the old instances that are draining: they cannot come back and have to end before others start in their place. */
    Drain drained(ServiceStep step);

    /** Ends drained instances once no gateway holds them. */
    Ending end(ServiceStep step, Drain drain, Ending.WaitsFor waitsFor);

    /** Wants as many old instances as there were, and gives them their share of the requests. */
    void restoreOld(ServiceStep step);

    /**
     * Says whether old instances answer, and lets them take requests then.
     *
     * @param all whether as many as there were; otherwise one of each old set
     */
    boolean areOldBack(ServiceStep step, boolean all);
}
