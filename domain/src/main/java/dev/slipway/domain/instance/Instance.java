package dev.slipway.domain.instance;

import org.jspecify.annotations.Nullable;

/**
 * An instance as the cluster sees it.
 *
 * @param address null until it is ready
 * @param exitCode null while it runs, or if it was killed and nobody saw the code
 * @param cause why it failed to start or exited, in words for its user; null if it did not, or if we stopped it
 * @param stoppedByUs whether its end was our own doing: then it is no crash
 */
public record Instance(
        InstanceId id,
        InstanceState state,
        @Nullable Address address,
        @Nullable Integer exitCode,
        @Nullable String cause,
        boolean stoppedByUs) {

    /** Whether its end was a crash of its own. */
    public boolean hasCrashed() {
        return state == InstanceState.EXITED && !stoppedByUs;
    }
}
