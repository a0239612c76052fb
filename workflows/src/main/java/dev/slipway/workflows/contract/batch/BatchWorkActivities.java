package dev.slipway.workflows.contract.batch;

import io.temporal.activity.ActivityInterface;

/**
 * The work of a task. All of it streams, may run twice, and may be overtaken by another execution of itself. Queue slipway-batch; all
 * heartbeat each second. A failure of type NotFound or Invalid says that the output cannot be written; others are worth a retry.
 */
@ActivityInterface(namePrefix = "Batch")
public interface BatchWorkActivities {
    /** Fixes inputs, records and their order, once: whoever asks again gets the first plan. */
    Planned plan(BatchRun run);

    /** Cuts records that are not done into chunks. */
    ChunkList nextChunks(BatchRun run, ChunkQuery query);

    /**
     * Lets the instances answer the records of the chunk, keeps the answers as a part, commits it (first wins) and publishes the
     * results of the inputs that lie wholly in it. Found committed, it publishes again from the part that won. Given up where no
     * instance is ready for a while.
     */
    ChunkDone work(BatchRun run, Chunk chunk);

    /** Publishes the results of all that is committed and not published. */
    void publish(BatchRun run);

    /** Writes the result files of tables that lie in several chunks. */
    void mergeTables(BatchRun run);

    /** Writes the manifest: the same commits give the same bytes. Nothing happens if there is no plan. */
    void writeManifest(BatchRun run);
}
