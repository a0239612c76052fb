package dev.slipway.domain.instance;

/** The state of an instance. It goes from left to right and never back; a restart makes another instance. */
public enum InstanceState {
    STARTING,
    READY,
    DRAINING,
    EXITED
}
