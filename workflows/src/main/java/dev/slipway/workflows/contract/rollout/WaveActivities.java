package dev.slipway.workflows.contract.rollout;

import dev.slipway.workflows.contract.service.ServiceStep;
import io.temporal.activity.ActivityInterface;
import java.time.Instant;
import java.util.List;

/**
 * One wave of a rollout and its undoing. Each brings rows and cluster to a state that follows from the rollout's row and the counts as
 * they stand, so that it may run twice or begin in the middle. Nothing is done once a newer command is there. Queue slipway-cluster;
 * those that wait heartbeat; only the database or the cluster not answering is worth a retry.
 */
@ActivityInterface(namePrefix = "Rollout")
public interface WaveActivities {

    /** Starts the next new instances; answers how many there shall be in all. */
    int raise(ServiceStep step);

    /**
     * Waits until all new instances are ready.
     *
     * @param proven instances that were ready before: the end of one is a crash
     * @param deadline the wait ends then
     */
    Progress awaitReady(ServiceStep step, List<String> proven, Instant deadline);

    /** Lets the new instances take requests and watches them for the baking time. */
    Progress bake(ServiceStep step, List<String> ready);

    /**
     * Takes as many old instances out of the routes as new ones have proved well, waits until every gateway has let go of them, and
     * ends them. Returns after some minutes at the latest, to be called again: it waits for ever, for an expired lease is no proof.
     *
     * @param proven whether the new instances have baked
     */
    Lowered lower(ServiceStep step, boolean proven);

    /**
     * Starts again what has left of the old version, and waits for it until the deadline. Takes the new version out of the routes at once
     * where an old instance can answer. {@code holding} as in {@link #lower}.
     */
    Restored restoreOld(ServiceStep step, Instant deadline);

    /** Takes the new version out of the routes, as soon as an old instance can answer, or at the deadline. */
    void shiftBack(ServiceStep step, Instant deadline);

    /** Ends the new instances once every gateway has let go of them. {@code holding} as in {@link #lower}. */
    Lowered removeNew(ServiceStep step);
}
