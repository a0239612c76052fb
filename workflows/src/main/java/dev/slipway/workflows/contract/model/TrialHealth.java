package dev.slipway.workflows.contract.model;

/**
 * How a trial start stands.
 *
 * @param cause why it failed; empty otherwise
 * @param log the end of its log where it failed; empty otherwise
 */
public record TrialHealth(State state, String cause, String log) {

    /** What to do next follows from it. */
    public enum State {
        STARTING,
        READY,
        FAILED
    }
}
