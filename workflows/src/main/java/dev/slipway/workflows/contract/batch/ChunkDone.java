package dev.slipway.workflows.contract.batch;

/**
 * What became of a chunk.
 *
 * @param committed false if some of it was done by another chunk, or the task is sealed: then nothing of it counts
 * @param millis how long its records took
 */
public record ChunkDone(boolean committed, long records, long failed, long millis) {}
