package dev.slipway.domain.image;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

    /**
     * Builds the image of a model from the files below {@code folder} (which holds {@code model/}).
     *
     * @throws Invalid if there is a link or a device among them
     */
    default ImageDigest build(String label, Path folder) {
        try {
            return build(label, keep(filesOf(folder)));
        } catch (IOException e) {
            throw new UncheckedIOException("image of '%s': '%s' cannot be read".formatted(label, folder), e);
        }
    }

    private static List<ImageFile> filesOf(Path folder) throws IOException {
        List<ImageFile> files = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                String name = folder.relativize(path).toString();
                if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new Invalid(
                            ErrorCode.CONFIG_UNSUPPORTED,
                            "package: '%s' is a link or a device, expected files and folders only".formatted(name));
                }
                files.add(new ImageFile(name, Files.size(path), null, () -> Files.newInputStream(path)));
            }
        }
        return files;
    }

    /** Whether the image is kept completely. */
    boolean contains(ImageDigest image);

    /**
     * Puts the files of the image's model layers into {@code folder}, which is created if it does not exist. They may be shared with other
     * folders: whoever gets them does not write to them.
     */
    void unpack(ImageDigest image, Path folder);

    /** Size of the image's blobs in bytes. */
    long size(ImageDigest image);
}
