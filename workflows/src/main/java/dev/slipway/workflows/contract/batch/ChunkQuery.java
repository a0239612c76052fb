package dev.slipway.workflows.contract.batch;

/**
 * Which chunks are wanted.
 *
 * @param from no record before this
 * @param size records of each, about
 * @param limit at most so many chunks
 */
public record ChunkQuery(long from, long size, int limit) {}
