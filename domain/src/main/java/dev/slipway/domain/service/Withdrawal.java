package dev.slipway.domain.service;

/** What becomes of something that was asked for and is taken back. */
public enum Withdrawal {
    /** It has ended already, or a newer command has taken its place. */
    TOO_LATE,
    /** It is being ended, and nothing of it stays up. */
    ENDING,
    /** Something older serves: the rollout has to be cancelled, which brings that back. */
    NEEDS_ROLLBACK
}
