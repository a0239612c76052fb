package dev.slipway.workflows.contract.batch;

/**
 * The state of the instances of a task.
 *
 * @param details why they failed, or their state, for people
 */
public record InstancesHealth(State state, String details) {

    /** Decides what to do next. */
    public enum State {
        /** At least one answers. */
        READY,
        /** None answers yet. */
        STARTING,
        /** None ever will. */
        FAILED
    }
}
