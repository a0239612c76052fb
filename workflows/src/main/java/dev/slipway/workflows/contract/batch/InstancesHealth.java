package dev.slipway.workflows.contract.batch;

/**
 * How the instances of a task stand.
 *
 * @param details why they failed, or how they stand, for people
 */
public record InstancesHealth(State state, String details) {

    /** What to do next follows from it. */
    public enum State {
        /** At least one answers. */
        READY,
        /** None answers yet. */
        STARTING,
        /** None ever will. */
        FAILED
    }
}
