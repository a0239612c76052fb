package dev.slipway.workflows.contract.batch;

/**
 * How the claim of a task stands.
 *
 * @param details for people
 */
public record Places(State state, String details) {
    public enum State {
        GRANTED,
        WAITING,
        IMPOSSIBLE
    }
}
