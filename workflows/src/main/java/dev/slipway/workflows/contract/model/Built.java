package dev.slipway.workflows.contract.model;

import org.jspecify.annotations.Nullable;

/**
 * The result of a build.
 *
 * @param refusal why there is no image; null if there is one
 * @param image its digest; empty if refused
 * @param pushes whether it is to be pushed to a registry; older histories have null for no
 */
public record Built(
        @Nullable Refusal refusal, String image, @Nullable Boolean pushes) {

    /** One that is only kept here, or none. */
    public Built(@Nullable Refusal refusal, String image) {
        this(refusal, image, null);
    }

    /** Whether it is to be pushed to a registry. */
    public boolean isToBePushed() {
        return Boolean.TRUE.equals(pushes);
    }
}
