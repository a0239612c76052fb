package dev.slipway.domain.event;

/** The two kinds that clients filter by. */
public enum EventType {
    NORMAL,
    ABNORMAL
}
