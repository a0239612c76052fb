package dev.slipway.adapters.images;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The files of a model as one uncompressed tar below {@value #ROOT}: the same files give the same bytes. */
final class ModelLayer {

    /** Where packages expect their files (runtime contract 2.8). */
    static final String ROOT = "home/mind/";

    private final Path folder;

    ModelLayer(Path folder) {
        this.folder = folder;
    }

    void writeTo(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        folder(tar, "home/");
        folder(tar, ROOT);
        for (Path path : sorted()) {
            String name = ROOT + folder.relativize(path);
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                folder(tar, name + "/");
            } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                file(tar, name, path);
            } else {
                throw new Invalid(
                        ErrorCode.CONFIG_UNSUPPORTED,
                        "package: '%s' is a link or a device, expected files and folders only"
                                .formatted(folder.relativize(path)));
            }
        }
        tar.finish();
    }

    private List<Path> sorted() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> !path.equals(folder))
                    .sorted((left, right) -> left.toString().compareTo(right.toString()))
                    .toList();
        }
    }

    private static void folder(TarArchiveOutputStream tar, String name) throws IOException {
        tar.putArchiveEntry(entry(name, 0, 0755));
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, Path path) throws IOException {
        long size = Files.size(path);
        tar.putArchiveEntry(entry(name, size, 0644));
        long copied = Files.copy(path, tar);
        if (copied != size) {
            throw new IOException("package: '%s' changed while it was read".formatted(path));
        }
        tar.closeArchiveEntry();
    }

    /** With fixed time, owner and mode, so that the digest does not depend on this machine. */
    private static TarArchiveEntry entry(String name, long size, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(mode);
        entry.setModTime(0);
        entry.setIds(0, 0);
        entry.setNames("", "");
        return entry;
    }
}
