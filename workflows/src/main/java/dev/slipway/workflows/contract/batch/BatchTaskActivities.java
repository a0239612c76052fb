package dev.slipway.workflows.contract.batch;

import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import io.temporal.activity.ActivityInterface;

/**
 * The row of a task and its claim of slots. Each call is one or two transactions keyed by the task; a second call changes nothing. Queue
 * slipway-control, seconds at most. Worth a retry only while the database does not answer.
 */
@ActivityInterface(namePrefix = "Batch")
public interface BatchTaskActivities {
    /** Fixes what the task does, at the first call; returns its state. */
    OpenedTask open(BatchRun run);

    /** Claims the slots of its instances. The service of a waiting claim is signalled once it is granted. */
    AdmissionResult claimSlots(BatchRun run);

    /** Its first instance is ready: task and service are running. */
    void running(BatchRun run);

    /** Reads what users ask of it, which counts as taken from then on. */
    TaskWish wish(BatchRun run);

    /** Gives a command that came by a signal, with the same event as by the API. Nothing happens if it is asked already. */
    void command(BatchRun run, TaskCommand command);

    /** It rests from now on: nobody asks for its instances any more. */
    void paused(BatchRun run);

    /** It waits for slots and instances again. */
    void resumed(BatchRun run);

    /**
     * Decides how it ends: no chunk is committed after this. The first seal stands and is returned.
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
