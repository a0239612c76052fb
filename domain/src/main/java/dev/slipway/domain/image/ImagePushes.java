package dev.slipway.domain.image;

import java.util.Optional;

/** Sends built images to the registry of the settings. Every call may be repeated; what the registry has is not sent again. */
public interface ImagePushes {

    /** Where images are sent, as {@code <registry>/<repository>}; empty if they are only kept here. */
    Optional<String> target();

    /**
     * Sends an image that an {@link ImageStore} has built.
     *
     * @param tag by which the registry lists it too, so that it does not count as garbage there
     * @throws TransferFailure if the registry does not take it, after some tries
     */
    Pushed push(ImageDigest image, String tag, ImagePulls.Progress progress) throws TransferFailure;

    /**
     * An image in the registry.
     *
     * @param reference {@code <registry>/<repository>@<digest>}
     * @param sent bytes of the layers that the registry did not have
     * @param known bytes of those that it had
     */
    record Pushed(String reference, long sent, long known) {}
}
