package dev.slipway.workflows.contract;

/**
 * The details of a step's heartbeat, for people who look at it in Temporal's UI. No step reads them.
 *
 * @param done how far it is, in a unit of the step: inputs, records, things
 * @param waitsFor what it waits for at that moment and for how long, such as {@code reading 'obs://bucket/key' from object storage for 7 s};
 *     empty if it waits for nothing
 */
public record StepDetails(long done, String waitsFor) {}
