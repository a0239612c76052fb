package dev.slipway.domain.rollout;

/** How a rollout ended. */
public enum RolloutOutcome {
    /** The new configuration serves. */
    SUCCEEDED,
    /** The new one was not healthy; the old one serves. */
    ROLLED_BACK,
    /** A stop, a deletion or a user ended it. */
    CANCELLED,
    /** The new one was not healthy, and nothing had served before. */
    FAILED
}
