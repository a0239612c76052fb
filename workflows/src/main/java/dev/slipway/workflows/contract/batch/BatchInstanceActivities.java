package dev.slipway.workflows.contract.batch;

import dev.slipway.workflows.contract.instance.Ending;
import io.temporal.activity.ActivityInterface;

/**
 * The instances of a task. Each call is one or two transactions on rows and may be repeated with the same effect. The job's workflow is
 * woken when the answer may have changed. Queue slipway-control, seconds at most.
 */
@ActivityInterface(namePrefix = "Batch")
public interface BatchInstanceActivities {

    /** Asks for the instances. Returns why they cannot be had, "" if they can. */
    String startInstances(BatchRun run);

    /** Their state; one ready instance is enough. */
    InstancesHealth checkInstances(BatchRun run);

    /** Ends the instances and forgets their set once all have ended; {@code ENDED} or {@code ENDING}. */
    Ending endInstances(BatchRun run, Ending.WaitsFor waitsFor);

    /** Releases the slots and wakes the workflows that get them. */
    void releaseSlots(BatchRun run);
}
