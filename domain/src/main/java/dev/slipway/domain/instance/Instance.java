package dev.slipway.domain.instance;

import org.jspecify.annotations.Nullable;

/**
 * The observed state of an instance.
 *
 * @param address null until it is ready
 * @param exitCode null while it runs, or if the code is not known
 * @param cause why it failed to start or exited, for its user; null if it did not, or if we stopped it
 * @param stoppedByUs whether we stopped it, which is no crash
 */
public record Instance(
        InstanceId id,
        InstanceState state,
        @Nullable Address address,
        @Nullable Integer exitCode,
        @Nullable String cause,
        boolean stoppedByUs) {

    /** Whether it crashed. */
    public boolean hasCrashed() {
        return state == InstanceState.EXITED && !stoppedByUs;
    }
}
