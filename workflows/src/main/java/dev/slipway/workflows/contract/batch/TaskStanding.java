package dev.slipway.workflows.contract.batch;

/**
 * How far a task is.
 *
 * @param records in all
 * @param done records that have an outcome, the failed ones included
 * @param trouble why its limits end it; "" if they do not
 * @param outlook how fast it is and when it will be done, for people; "" if that is not known
 */
public record TaskStanding(long records, long done, long failed, String trouble, String outlook) {}
