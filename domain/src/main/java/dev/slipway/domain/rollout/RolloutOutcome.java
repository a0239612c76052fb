package dev.slipway.domain.rollout;

/** How a rollout ended. */
public enum RolloutOutcome {
    /** The new configuration serves. */
    SUCCEEDED,
    /** The new one was not well; the old one serves. */
    ROLLED_BACK,
    /** A stop, a delete or a person ended it. */
    CANCELLED,
    /** The new one was not well, and nothing had served before. */
    FAILED
}
