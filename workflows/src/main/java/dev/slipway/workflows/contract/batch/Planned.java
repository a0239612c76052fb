package dev.slipway.workflows.contract.batch;

/**
 * What a task is to do.
 *
 * @param error why it cannot be planned, "" if it can
 */
public record Planned(long inputs, long records, String error) {}
