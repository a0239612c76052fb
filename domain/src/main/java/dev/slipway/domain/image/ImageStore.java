package dev.slipway.domain.image;

import java.nio.file.Path;

/** Keeps model images as OCI images, addressed by digest. Every call may be repeated; equal input gives an equal digest. */
public interface ImageStore {

    /**
     * Builds the image of a model from the files below {@code folder} (its parent holds {@code model/}) and keeps it.
     *
     * @param label name and version, for the image's annotations
     */
    ImageDigest build(String label, Path folder);

    /** Whether the image is kept completely. */
    boolean contains(ImageDigest image);

    /** Writes the files of the image's model layer into {@code folder}, which is created if it does not exist. */
    void unpack(ImageDigest image, Path folder);

    /** Size of the image's blobs in bytes. */
    long size(ImageDigest image);
}
