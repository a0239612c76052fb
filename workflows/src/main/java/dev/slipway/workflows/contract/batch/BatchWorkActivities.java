package dev.slipway.workflows.contract.batch;

import io.temporal.activity.ActivityInterface;

/**
 * The work of a task. Every method streams, may run twice, and may run beside an older execution of itself. Queue slipway-batch; all
 * heartbeat each second. A failure of type NotFound or Invalid says that the output cannot be written; other failures are worth a retry.
 */
@ActivityInterface(namePrefix = "Batch")
public interface BatchWorkActivities {
    /** Fixes inputs, records and their order. A later call returns the first plan. */
    Planned plan(BatchRun run);

    /** Divides records that are not done into chunks. */
    ChunkList nextChunks(BatchRun run, ChunkQuery query);

    /**
     * Sends the records of the chunk to the instances, stores the answers as a part, commits it (the first commit wins) and publishes the
     * results of inputs that lie wholly in it. If the chunk is already committed, publishes again from the committed part. Gives up if no
     * instance is ready for some time.
     */
    ChunkDone work(BatchRun run, Chunk chunk);

    /** Publishes the results of everything that is committed and not yet published. */
    void publish(BatchRun run);

    /** Writes the result files of tables that lie in several chunks. */
    void mergeTables(BatchRun run);

    /** Writes the manifest; equal commits give equal bytes. Does nothing if there is no plan. */
    void writeManifest(BatchRun run);
}
