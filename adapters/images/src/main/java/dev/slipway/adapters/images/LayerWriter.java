package dev.slipway.adapters.images;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a layer as an uncompressed tar with fixed times, so that the same files give the same bytes. */
final class LayerWriter {

    private final TarArchiveOutputStream tar;

    LayerWriter(OutputStream out) {
        tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /** @param name with a slash at its end */
    void folder(String name, int owner, int mode) throws IOException {
        TarArchiveEntry entry = entry(new TarArchiveEntry(name), owner, mode);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    void text(String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = entry(new TarArchiveEntry(name), 0, 0644);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    /** The files below the folder that are included, with the folders around them, owned by root, executable where they are it now. */
    void tree(String prefix, Path folder, Predicate<Path> included) throws IOException {
        for (Path path : sorted(folder)) {
            Path inside = folder.relativize(path);
            String name = prefix + inside;
            if (Files.isSymbolicLink(path)) {
                if (included.test(inside)) {
                    link(name, Files.readSymbolicLink(path).toString());
                }
            } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                folder(name + "/", 0, 0755);
            } else if (included.test(inside)) {
                file(name, path, isProgram(path) ? 0755 : 0644);
            }
        }
    }

    /** The paths below a folder, a folder before what is in it, in an order that no machine changes. */
    static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.filter(path -> !path.equals(folder))
                    .sorted((left, right) -> left.toString().compareTo(right.toString()))
                    .toList();
        }
    }

    void finish() throws IOException {
        tar.finish();
    }

    private void link(String name, String target) throws IOException {
        TarArchiveEntry entry = entry(new TarArchiveEntry(name, TarConstants.LF_SYMLINK), 0, 0777);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    void file(String name, Path path, int mode) throws IOException {
        long size = Files.size(path);
        TarArchiveEntry entry = entry(new TarArchiveEntry(name), 0, mode);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        long copied = Files.copy(path, tar);
        if (copied != size) {
            throw new IOException("'%s' changed while it was read".formatted(path));
        }
        tar.closeArchiveEntry();
    }

    private static boolean isProgram(Path path) throws IOException {
        return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
    }

    private static TarArchiveEntry entry(TarArchiveEntry entry, int owner, int mode) {
        entry.setMode(mode);
        entry.setModTime(0);
        entry.setIds(owner, owner);
        entry.setNames("", "");
        return entry;
    }
}
