package dev.slipway.domain.image;

import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Keeps model images as OCI images, addressed by digest. Every call may be repeated; equal input gives an equal digest. */
public interface ImageStore {

    /**
     * Keeps the files of an image to build. Each content that is not known by its origin is read once. What is kept for an image that is
     * never built is removed in time.
     *
     * @throws IOException if a file can't be read, or has another size than it says
     */
    ImageLayers keep(List<ImageFile> files) throws IOException;

    /**
     * Builds the image of a model from the files that are kept.
     *
     * @param label name and version, for the image's annotations
     */
    ImageDigest build(String label, ImageLayers layers);

    /** Whether the image is kept completely. */
    boolean contains(ImageDigest image);

    /**
     * Puts the files of the image's model layers into {@code folder}, which is created if it does not exist. They may be shared with other
     * folders: whoever gets them does not write to them. Those that the image only names ({@link FetchedFiles}) are fetched, unless they
     * are here already.
     *
     * @throws NotFound if one of them is gone, or was replaced
     * @throws Unavailable if they cannot be fetched now; another call goes on where this one ended
     */
    void unpack(ImageDigest image, Path folder, ImagePulls.Progress progress);

    /**
     * Puts a container image that was pulled into {@code folder}, which is created if it does not exist: its root file system as {@code
     * rootfs}, its configuration as {@code config.json}. Shared as those of {@link #unpack}. One that is not copied is pulled again unless
     * its files are here.
     *
     * @throws NotFound if its source does not give it any more
     * @throws Unavailable if its source does not answer
     */
    void unpackContainer(ImageDigest image, Path folder, ImagePulls.Progress progress);

    /** Size of the image's blobs in bytes; layers that were pulled and are not kept do not count. */
    long size(ImageDigest image);
}
