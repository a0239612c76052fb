package dev.slipway.workflows.contract.batch;

import org.jspecify.annotations.Nullable;

/**
 * The outcome of a chunk.
 *
 * @param committed false if another chunk committed some of its records, or the task is sealed: then none of its answers count
 * @param records that are committed: the first of the chunk, if its time was up before the last
 * @param millis how long they took, at least 1; 0 if an earlier try had committed them, which tells nothing about how long they take
 * @param lacksInstances whether it gave up because no instance was ready
 * @param standing of the whole task after it; null if it was not committed
 */
public record ChunkDone(
        boolean committed,
        long records,
        long failed,
        long millis,
        boolean lacksInstances,
        @Nullable TaskStanding standing) {

    /** Without the standing of its task. */
    public ChunkDone(boolean committed, long records, long failed, long millis, boolean lacksInstances) {
        this(committed, records, failed, millis, lacksInstances, null);
    }

    /** No instance was ready for a while: the chunk is to be done again once one is. */
    public static ChunkDone withoutInstances() {
        return new ChunkDone(false, 0, 0, 0, true);
    }

    /** Whether it tells how long records take. */
    public boolean tellsRate() {
        return committed && millis > 0;
    }
}
