package dev.slipway.workflows.contract.rollout;

import java.util.List;

/**
 * The health of the new version.
 *
 * @param ready instances that are ready
 * @param wanted how many there should be
 * @param details the cause if it is not healthy, otherwise what was observed
 */
public record VersionHealth(State state, List<String> ready, int wanted, String details) {

    public VersionHealth {
        ready = List.copyOf(ready);
    }

    /** Decides what to do next. */
    public enum State {
        /** All are ready and healthy. */
        HEALTHY,
        /** Not all are ready, without a fault of their own: wait again. */
        UNREADY,
        /** The time is up. */
        TIMED_OUT,
        /** It crashed, or cannot start. */
        BAD
    }
}
