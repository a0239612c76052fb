package dev.slipway.domain.image;

/**
 * Gets container images of others. What is kept is read again by {@link ImageStore}. Every call may be repeated; what was pulled before is
 * not pulled again.
 */
public interface ImagePulls {

    /**
     * What the source has of that name now, for the platform of this machine.
     *
     * @throws TransferFailure if it has none, or does not give it
     */
    Found find(PullSource source, Progress progress) throws TransferFailure;

    /**
     * Pulls exactly that image, verifies each byte against its digests and sizes, and unpacks it.
     *
     * @param image that {@link #find} has found
     * @param keepsLayers whether the image stays complete when its source is gone; otherwise only its unpacked files stay
     * @return how it starts
     * @throws TransferFailure if it cannot be had, or is not unpacked here; nothing of it is used then
     */
    ImageStart pull(PullSource source, ImageDigest image, boolean keepsLayers, Progress progress)
            throws TransferFailure;

    /**
     * An image at its source.
     *
     * @param digest of its manifest
     * @param bytes of its layers and its configuration, as its manifest says
     * @param layers how many it has
     */
    record Found(ImageDigest digest, long bytes, int layers) {}

    /** Hears how far a pull is. */
    @FunctionalInterface
    interface Progress {

        /** Hears nothing. */
        Progress IGNORED = bytes -> {};

        /**
         * The pull goes on. What is thrown ends it.
         *
         * @param bytes so far
         */
        void alive(long bytes);
    }
}
