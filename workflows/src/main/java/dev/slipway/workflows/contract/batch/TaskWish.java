package dev.slipway.workflows.contract.batch;

/**
 * What users ask of a task.
 *
 * @param isPaused whether it shall rest, without instances and slots
 */
public record TaskWish(boolean isPaused) {}
