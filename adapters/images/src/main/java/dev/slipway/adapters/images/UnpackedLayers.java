package dev.slipway.adapters.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files of each layer, once: {@code unpacked/<digest>}. Others get links to them, so nobody writes to them. Made with its blob, and
 * removed with it.
 */
final class UnpackedLayers {

    /** Of a container image: its root file system, and its configuration as it was pulled. */
    static final String FILES = "rootfs";

    static final String CONFIG = "config.json";

    private static final String ASIDE = ".";

    private final Path folder;
    private final Blobs blobs;

    UnpackedLayers(Path layout, Blobs blobs) {
        this.folder = layout.resolve("unpacked");
        this.blobs = blobs;
    }

    Path folder() {
        return folder;
    }

    /** Makes the files of a layer whose blob was written just now. */
    void add(String hex, List<ModelLayer.Place> places) throws IOException {
        if (Files.isDirectory(folder.resolve(hex))) {
            return;
        }
        Path aside = aside();
        try (FileChannel blob = blobs.channel(hex)) {
            Files.createDirectories(aside.resolve(ModelLayer.ROOT));
            for (ModelLayer.Place place : places) {
                Path to = aside.resolve(ModelLayer.ROOT + place.file().path());
                Files.createDirectories(to.getParent());
                copy(blob, place, to);
            }
            putInPlace(aside, hex);
        } finally {
            remove(aside);
        }
    }

    /** The kernel copies, or shares blocks where the file system can. */
    private static void copy(FileChannel blob, ModelLayer.Place place, Path to) throws IOException {
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long done = 0;
            while (done < place.file().size()) {
                long count = blob.transferTo(place.offset() + done, place.file().size() - done, out);
                if (count <= 0) {
                    throw new IOException("'%s' cannot be copied from its layer".formatted(to));
                }
                done += count;
            }
        }
    }

    /** The files of a layer; unpacks and verifies its blob if they are not there. */
    Path of(String hex) throws IOException {
        Path files = folder.resolve(hex);
        if (Files.isDirectory(files)) {
            return files;
        }
        Path aside = aside();
        try (InputStream in = blobs.open(hex)) {
            Files.createDirectories(aside);
            Blobs.verify(hex, new LayerReader(in, aside).unpack());
            putInPlace(aside, hex);
        } finally {
            remove(aside);
        }
        return files;
    }

    /** Whether the files of that layer or container image are there. */
    boolean has(String hex) {
        return Files.isDirectory(folder.resolve(hex));
    }

    /** A path for files in the making, on the same file system. */
    Path aside() {
        return folder.resolve(ASIDE + "new-" + UUID.randomUUID());
    }

    /** Gives the files in the making their name; if others were quicker, theirs stay. */
    void putInPlace(Path aside, String hex) throws IOException {
        Path files = folder.resolve(hex);
        try {
            Files.move(aside, files, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException other) { // that a folder is not empty has no type of its own for a move
            if (!Files.isDirectory(files)) {
                throw other;
            }
        }
    }

    /** Gives a folder the files of a container image, as {@link #link} does. */
    void linkContainer(String hex, Path target) throws IOException {
        link(folder.resolve(hex), target);
    }

    /** Gives a folder the files by links, or as copies on another file system. Folders have the same rights. */
    static void link(Path from, Path target) throws IOException {
        Files.createDirectories(target);
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path to = target.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectories(to);
                    Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
                } else {
                    Files.deleteIfExists(to);
                    linkFile(path, to);
                }
            }
        }
    }

    /** A link to the file, or a copy on another file system. */
    static void linkFile(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (FileSystemException | UnsupportedOperationException elsewhere) {
            Files.copy(from, to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /** Of the layer's files in bytes; 0 if they are not unpacked. */
    long size(String hex) throws IOException {
        Path files = folder.resolve(hex);
        if (!Files.isDirectory(files)) {
            return 0;
        }
        try (Stream<Path> paths = Files.walk(files)) {
            long bytes = 0;
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                bytes += Files.size(path);
            }
            return bytes;
        } catch (UncheckedIOException goneMeanwhile) {
            return 0;
        }
    }

    void remove(String hex) throws IOException {
        remove(folder.resolve(hex));
    }

    /** Removes what lost its blob, and what killed builds left before that time. */
    void removeWithout(Predicate<String> hasBlob, Instant before) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> layers = Files.list(folder)) {
            for (Path layer : (Iterable<Path>) layers::iterator) {
                String name = layer.getFileName().toString();
                boolean isUsed = !name.startsWith(ASIDE) && hasBlob.test(name);
                if (!isUsed && Files.getLastModifiedTime(layer).toInstant().isBefore(before)) {
                    remove(layer);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be cleared".formatted(folder), e);
        }
    }

    static void remove(Path files) throws IOException {
        if (!Files.isDirectory(files)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(files)) {
            for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(path);
            }
        }
    }
}
