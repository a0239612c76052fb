package dev.slipway.domain.instance;

/** How an instance stands. It goes from left to right and never back; a copy started again is another instance. */
public enum InstanceState {
    STARTING,
    READY,
    DRAINING,
    EXITED
}
