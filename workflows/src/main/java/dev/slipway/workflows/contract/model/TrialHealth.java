package dev.slipway.workflows.contract.model;

/**
 * The state of a trial start.
 *
 * @param cause why it failed; empty otherwise
 * @param log the end of its log where it failed; empty otherwise
 */
public record TrialHealth(State state, String cause, String log) {

    /** Decides what to do next. */
    public enum State {
        STARTING,
        READY,
        FAILED
    }
}
