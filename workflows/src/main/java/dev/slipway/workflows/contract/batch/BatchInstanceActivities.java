package dev.slipway.workflows.contract.batch;

import io.temporal.activity.ActivityInterface;

/** The instances of a task. Called twice they find their work done. Queue slipway-cluster; they heartbeat each second. */
@ActivityInterface
public interface BatchInstanceActivities {
    /** Starts the instances and waits until one is ready. Answers why none can be, "" if one is. */
    String startInstances(BatchRun run);

    /** Ends the instances, waits until they have ended, gives back the slots and wakes whose turn has come. */
    void removeInstances(BatchRun run);
}
