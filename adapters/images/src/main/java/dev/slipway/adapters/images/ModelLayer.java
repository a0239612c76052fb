package dev.slipway.adapters.images;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a model as one uncompressed tar below {@value #ROOT}: the same files give the same bytes. */
final class ModelLayer {

    /** Where packages expect their files (runtime contract 2.8). */
    static final String ROOT = "home/mind/";

    private final Path folder;

    ModelLayer(Path folder) {
        this.folder = folder;
    }

    void writeTo(OutputStream out) throws IOException {
        TarWriter tar = new TarWriter(out);
        tar.folder("home/");
        tar.folder(ROOT);
        for (Path path : sorted()) {
            String name = ROOT + folder.relativize(path);
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                tar.folder(name + "/");
            } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                file(tar, name, path);
            } else {
                throw new Invalid(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        "package: '%s' is a link or a device, expected files and folders only"
                                .formatted(folder.relativize(path)));
            }
        }
        tar.end();
    }

    private List<Path> sorted() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> !path.equals(folder))
                    .sorted((left, right) -> left.toString().compareTo(right.toString()))
                    .toList();
        }
    }

    private static void file(TarWriter tar, String name, Path path) throws IOException {
        long size = Files.size(path);
        tar.file(name, size);
        byte[] buffer = new byte[1 << 16];
        long copied = 0;
        try (InputStream in = Files.newInputStream(path)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                tar.content(buffer, read);
                copied += read;
            }
        }
        if (copied != size) {
            throw new IOException("package: '%s' changed while it was read".formatted(path));
        }
        tar.endFile(size);
    }
}
