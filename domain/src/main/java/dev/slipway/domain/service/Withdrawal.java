package dev.slipway.domain.service;

/** The result of withdrawing what was asked for. */
public enum Withdrawal {
    /** It has already ended, or a newer command has replaced it. */
    TOO_LATE,
    /** It is being ended completely. */
    ENDING,
    /** An older configuration serves: the rollout has to be cancelled, which restores it. */
    NEEDS_ROLLBACK
}
