package dev.slipway.adapters.local;

import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.InUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * What pip has downloaded, kept for the next build: each file under the SHA-256 that the index gives for it. The script that runs pip writes
 * them whole, checks each at each use, and downloads anew what is missing: so files may be removed at any time.
 */
final class WheelCache implements DiskArea {

    private static final Duration KEPT = Duration.ofDays(30);

    private final Path folder;
    private final Clock clock;

    /** @param folder need not exist */
    WheelCache(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** The folder for pip, which only this user may read. */
    Path folder() throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return folder;
    }

    /** Removes the files that were used longest ago until the rest has at most so many bytes. */
    void shrinkTo(long bytes) {
        List<Kept> files = files();
        long all = files.stream().mapToLong(Kept::bytes).sum();
        for (Kept each : files) {
            if (all <= bytes) {
                return;
            }
            each.remove();
            all -= each.bytes();
        }
    }

    @Override
    public String name() {
        return "wheels";
    }

    @Override
    public DiskUse use(Supplier<InUse> inUse) {
        List<Kept> files = files();
        return new DiskUse(
                files.stream().mapToLong(Kept::bytes).sum(),
                files.stream().filter(this::isOld).mapToLong(Kept::bytes).sum());
    }

    @Override
    public Removed removeUnused(Supplier<InUse> inUse, int limit) {
        Removed removed = Removed.NOTHING;
        for (Kept each : files().stream().filter(this::isOld).limit(limit).toList()) {
            each.remove();
            removed = removed.plus(new Removed(1, each.bytes()));
        }
        return removed;
    }

    private boolean isOld(Kept file) {
        return file.used().isBefore(clock.instant().minus(KEPT));
    }

    /** A file, and when it was last written or read, as far as the file system tells. */
    private record Kept(Path path, long bytes, Instant used) {

        void remove() {
            try {
                Files.deleteIfExists(path);
            } catch (IOException failure) {
                throw new UncheckedIOException("the file '%s' can't be removed".formatted(path), failure);
            }
        }
    }

    /** All files, that which was used longest ago first. */
    private List<Kept> files() {
        List<Kept> files = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    Instant written = attributes.lastModifiedTime().toInstant();
                    Instant read = attributes.lastAccessTime().toInstant();
                    files.add(new Kept(file, attributes.size(), read.isAfter(written) ? read : written));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException goneMeanwhile) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failure) {
            throw new UncheckedIOException("the folder '%s' can't be read".formatted(folder), failure);
        }
        files.sort(Comparator.comparing(Kept::used));
        return files;
    }
}
