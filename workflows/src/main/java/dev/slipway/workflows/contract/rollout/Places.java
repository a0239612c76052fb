package dev.slipway.workflows.contract.rollout;

/**
 * How the claim for places stands.
 *
 * @param details in words for the user
 */
public record Places(State state, String details) {

    /** The three ways. */
    public enum State {
        GRANTED,
        WAITING,
        /** The pool never has so many. */
        IMPOSSIBLE
    }
}
