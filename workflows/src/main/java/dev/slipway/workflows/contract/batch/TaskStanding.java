package dev.slipway.workflows.contract.batch;

/**
 * How far a task is.
 *
 * @param records in all
 * @param done records that have an outcome, the failed ones included
 * @param trouble why its limits end it; "" if they do not
 */
public record TaskStanding(long records, long done, long failed, String trouble) {}
