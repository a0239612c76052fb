package dev.slipway.domain.model;

/** What clients wait for: publishing, then one of the two others (wire contract 2.4). */
public enum ModelStatus {
    PUBLISHING,
    PUBLISHED,
    FAILED
}
