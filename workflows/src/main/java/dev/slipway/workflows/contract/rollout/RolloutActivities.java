package dev.slipway.workflows.contract.rollout;

import dev.slipway.workflows.contract.service.ServiceStep;
import io.temporal.activity.ActivityInterface;

/**
 * The row of a rollout, its places and its end, each one or two transactions keyed by service and generation. Called twice they find
 * their work done. Queue slipway-control, seconds at most; only the database not answering is worth a retry.
 */
@ActivityInterface(namePrefix = "Rollout")
public interface RolloutActivities {

    /** Photographs what serves, once: whoever asks again gets the first photograph, and the outcome if there is one. */
    Photograph photograph(ServiceStep step);

    /** Claims all places that the rollout needs at once. A waiter is poked when its turn has come. */
    Places admit(ServiceStep step);

    /** Whether a stop or delete has been asked for since: then all instances leave anyway and nothing is to be restored. */
    boolean isOvertaken(ServiceStep step);

    /** Tells the user that the rollout is undone, and why. */
    void beginUndo(ServiceStep step, String cause);

    /** Keeps the places that the new (or the old) configuration needs and gives back the rest. */
    void keepPlaces(ServiceStep step, boolean ofNew);

    /** Writes the outcome and what follows from it for the service; the first outcome stands and is returned. */
    Outcome conclude(ServiceStep step, Outcome outcome);
}
