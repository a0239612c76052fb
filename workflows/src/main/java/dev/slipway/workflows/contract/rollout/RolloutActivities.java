package dev.slipway.workflows.contract.rollout;

import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.service.ServiceStep;
import io.temporal.activity.ActivityInterface;

/**
 * The row of a rollout, its slots and its end, each one or two transactions keyed by service and generation. Called twice they find
 * their work done. Queue slipway-control, seconds at most; only the database not answering is worth a retry.
 */
@ActivityInterface(namePrefix = "Rollout")
public interface RolloutActivities {

    /** Takes the snapshot of what serves, once: whoever asks again gets the first one, and the outcome if there is one. */
    RolloutStart takeSnapshot(ServiceStep step);

    /** Claims all slots that the rollout needs at once. A waiter is signalled when its turn has come. */
    AdmissionResult admit(ServiceStep step);

    /** Whether a stop or delete has been asked for since: then all instances leave anyway and nothing is to be restored. */
    boolean isOvertaken(ServiceStep step);

    /** Tells the user that the rollout is undone, and why. */
    void beginUndo(ServiceStep step, String cause);

    /** Keeps the slots that the new (or the old) configuration needs and gives back the rest. */
    void keepSlots(ServiceStep step, boolean ofNew);

    /** Writes the outcome and what follows from it for the service; the first outcome stands and is returned. */
    Outcome conclude(ServiceStep step, Outcome outcome);
}
