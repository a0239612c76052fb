package dev.slipway.workflows.contract.batch;

/**
 * What became of a chunk.
 *
 * @param committed false if some of it was done by another chunk, or the task is sealed: then nothing of it counts
 * @param millis how long its records took
 * @param lacksInstances whether it was given up because no instance was ready
 */
public record ChunkDone(boolean committed, long records, long failed, long millis, boolean lacksInstances) {

    /** No instance was ready for a while: the chunk is to be done again once one is. */
    public static ChunkDone withoutInstances() {
        return new ChunkDone(false, 0, 0, 0, true);
    }
}
