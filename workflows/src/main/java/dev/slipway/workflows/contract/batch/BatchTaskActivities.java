package dev.slipway.workflows.contract.batch;

import dev.slipway.workflows.contract.pool.AdmissionResult;
import io.temporal.activity.ActivityInterface;

/**
 * The row of a task and its claim of slots, each one or two transactions keyed by the task. Called twice they find their work
 * done. Queue slipway-control, seconds at most; only the database not answering is worth a retry.
 */
@ActivityInterface(namePrefix = "Batch")
public interface BatchTaskActivities {
    /** Fixes what the task does, the first time; says how it stands. */
    OpenedTask open(BatchRun run);

    /** Claims the slots of its instances. A waiter's service is signalled when its turn has come. */
    AdmissionResult claimSlots(BatchRun run);

    /** Its first instance is ready: task and service are running. */
    void running(BatchRun run);

    /**
     * Decides how it ends: no chunk is committed after this. The first seal stands, and is answered.
     *
     * @param error if it FAILED; else ""
     */
    BatchEnd seal(BatchRun run, BatchEnd end, String error);

    /**
     * Writes the end that the seal decided.
     *
     * @param outputError why its output could not be written, which makes it FAILED; "" if it could
     */
    BatchResult end(BatchRun run, String outputError);
}
