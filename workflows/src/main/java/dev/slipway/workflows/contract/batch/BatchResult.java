package dev.slipway.workflows.contract.batch;

import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param error why, if it FAILED; null otherwise
 * @param inputs lines of its manifest; 0 if there was no plan
 * @param records what the model was to answer
 * @param failed records without an answer
 */
public record BatchResult(BatchEnd end, @Nullable String error, long inputs, long records, long failed) {}
