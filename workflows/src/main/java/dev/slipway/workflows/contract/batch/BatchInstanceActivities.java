package dev.slipway.workflows.contract.batch;

import dev.slipway.workflows.contract.instance.Ending;
import io.temporal.activity.ActivityInterface;

/**
 * The instances of a task. Each call is a transaction or two on rows and may be repeated with the same effect; the job's workflow is
 * woken when there is more to be said. Queue slipway-control, seconds at most.
 */
@ActivityInterface(namePrefix = "Batch")
public interface BatchInstanceActivities {

    /** Wants the instances. Answers why that cannot be, "" if it can. */
    String startInstances(BatchRun run);

    /** How they stand: one that is ready is enough. */
    InstancesHealth checkInstances(BatchRun run);

    /** Ends the instances and forgets their set once all have ended; {@code ENDED} or {@code ENDING}. */
    Ending endInstances(BatchRun run, Ending.WaitsFor waitsFor);

    /** Gives back the slots and wakes whose turn has come. */
    void releaseSlots(BatchRun run);
}
