package dev.slipway.testing.image;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.image.ImageFile;
import dev.slipway.domain.image.ImageStore;
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

/** Images of the files of a folder. */
public final class FolderImage {

    private FolderImage() {}

    /**
     * Builds the image of a model from the files below {@code folder} (which holds {@code model/}).
     *
     * @throws Invalid if there is a link or a device among them
     */
    public static ImageDigest build(ImageStore images, String label, Path folder) {
        try {
            return images.build(label, images.keep(filesOf(folder)));
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
}
