package dev.slipway.workflows.contract.rollout;

import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.service.ServiceStep;
import io.temporal.activity.ActivityInterface;

/**
 * The row of a rollout, its slots and its end. Each call is one or two transactions keyed by service and generation; a second call changes
 * nothing. Queue slipway-control, seconds at most. Worth a retry only while the database does not answer.
 */
@ActivityInterface(namePrefix = "Rollout")
public interface RolloutActivities {

    /** Takes the snapshot of what serves. A later call returns the first snapshot, and the outcome if there is one. */
    RolloutStart takeSnapshot(ServiceStep step);

    /** Claims all slots that the rollout needs. A rollout that waits is signalled once they are granted. */
    AdmissionResult admit(ServiceStep step);

    /** Whether a stop or delete was asked for since. Then all instances end anyway, and nothing is restored. */
    boolean isOvertaken(ServiceStep step);

    /** Records the event that the rollout is undone, and why. */
    void beginUndo(ServiceStep step, String cause);

    /** Keeps the slots that the new (or the old) configuration needs and releases the rest. */
    void keepSlots(ServiceStep step, boolean ofNew);

    /** Writes the outcome and what follows from it for the service; the first outcome stands and is returned. */
    RolloutResult conclude(ServiceStep step, RolloutResult outcome);
}
