package dev.slipway.workflows.contract;

/** Task queues, one for each kind of work. */
public final class Queues {

    /** All workflows, and activities that write rows and events. */
    public static final String CONTROL = "slipway-control";
    /** Package checks, image builds, smoke starts. */
    public static final String BUILD = "slipway-build";
    /** Instances, readiness, routes, drains. */
    public static final String CLUSTER = "slipway-cluster";
    /** Plans, chunks, merges of batch jobs. */
    public static final String BATCH = "slipway-batch";

    private Queues() {}
}
