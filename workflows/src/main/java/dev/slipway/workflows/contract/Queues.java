package dev.slipway.workflows.contract;

/** Task queues, one for each kind of work. */
public final class Queues {

    /** All workflows, and activities that read and write rows: seconds at most. */
    public static final String CONTROL = "slipway-control";
    /** Package checks and image builds. */
    public static final String BUILD = "slipway-build";
    /** Plans, chunks, merges of batch jobs. */
    public static final String BATCH = "slipway-batch";

    private Queues() {}
}
