package dev.slipway.workflows.contract.pool;

/**
 * The state of a claim for slots.
 *
 * @param details in words for the user
 */
public record AdmissionResult(State state, String details) {

    /** The three ways. */
    public enum State {
        GRANTED,
        WAITING,
        /** The pool never has so many. */
        IMPOSSIBLE
    }
}
