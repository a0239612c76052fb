package dev.slipway.domain.image;

import dev.slipway.domain.storage.StoredObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file of an image to build.
 *
 * @param path below the folder of the image, with slashes, for example {@code model/config.json}
 * @param size in bytes
 * @param origin by which its content is known when it comes again; null if it is to be read each time
 * @param content read once, and not at all if it is known
 */
public record ImageFile(String path, long size, @Nullable Origin origin, Content content) {

    public ImageFile {
        if (Arrays.stream(path.split("/", -1)).anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))
                || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "path '%s' of a file of an image: expected names between slashes, none of them '.' or '..'"
                            .formatted(path));
        }
        if (size < 0) {
            throw new IllegalArgumentException("file '%s' of an image has %d bytes".formatted(path, size));
        }
    }

    /**
     * A version of an object as one project sees it: equal ones have equal content. An etag alone stands for nothing, because other
     * objects and other owners may have the same.
     *
     * @param project the id of the project that the image is built for
     */
    public record Origin(String project, StoredObject object) {}

    /** Opens the bytes of exactly that version, as many as the size says. */
    @FunctionalInterface
    public interface Content {
        InputStream open() throws IOException;
    }
}
