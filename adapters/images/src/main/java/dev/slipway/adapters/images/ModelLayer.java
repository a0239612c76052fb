package dev.slipway.adapters.images;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The files of a model as one uncompressed tar below {@value #ROOT}: the same files give the same bytes. */
final class ModelLayer {

    /** Where packages expect their files (runtime contract 2.8). */
    static final String ROOT = "home/mind/";

    private final Path folder;

    ModelLayer(Path folder) {
        this.folder = folder;
    }

    void writeTo(OutputStream out) throws IOException {
        LayerWriter tar = new LayerWriter(out);
        tar.folder("home/", 0, 0755);
        tar.folder(ROOT, 0, 0755);
        for (Path path : LayerWriter.sorted(folder)) {
            String name = ROOT + folder.relativize(path);
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                tar.folder(name + "/", 0, 0755);
            } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                tar.file(name, path, 0644);
            } else {
                throw new Invalid(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        "package: '%s' is a link or a device, expected files and folders only"
                                .formatted(folder.relativize(path)));
            }
        }
        tar.finish();
    }
}
