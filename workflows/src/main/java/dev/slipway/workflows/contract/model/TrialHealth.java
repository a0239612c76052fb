package dev.slipway.workflows.contract.model;

/**
 * The state of a trial start.
 *
 * @param cause why it failed; empty otherwise
 * @param log the end of its log where it failed; empty otherwise
 * @param advice what to do if the trial ends like this; empty if it is ready
 */
public record TrialHealth(State state, String cause, String log, String advice) {

    /** Decides what to do next. */
    public enum State {
        STARTING,
        READY,
        FAILED
    }
}
