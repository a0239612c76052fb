package dev.slipway.workflows.contract.rollout;

import java.util.List;

/**
 * How the new version is doing.
 *
 * @param ready instances that are ready
 * @param wanted how many there should be
 * @param details the cause where it is not healthy, otherwise what was seen
 */
public record VersionHealth(State state, List<String> ready, int wanted, String details) {

    public VersionHealth {
        ready = List.copyOf(ready);
    }

    /** What to do next follows from it. */
    public enum State {
        /** All are ready and healthy. */
        HEALTHY,
        /** Not all are ready, for no fault of theirs: wait again. */
        UNREADY,
        /** The time is up. */
        TIMED_OUT,
        /** It crashed, or cannot start. */
        BAD
    }
}
