package dev.slipway.activities.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of downloads and parts in the making. Each step removes its own, unless its process is killed. */
public final class WorkFolder {

    private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);

    private WorkFolder() {}

    /**
     * Removes what nobody has written to since then; what cannot be removed stays, with a line in the log.
     *
     * @param until old enough that no step which still runs can have left its files alone for so long
     */
    public static void sweep(Path folder, Instant until) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        List<Path> entries;
        try (Stream<Path> listed = Files.list(folder)) {
            entries = listed.toList();
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' cannot be listed".formatted(folder), e);
        }
        for (Path entry : entries) {
            try {
                if (lastWritten(entry).isBefore(until)) {
                    Files.walkFileTree(entry, new Removal());
                }
            } catch (IOException e) {
                LOG.warn("left behind entry={}", entry, e);
            }
        }
    }

    private static Instant lastWritten(Path entry) throws IOException {
        try (Stream<Path> all = Files.walk(entry)) {
            return all.map(WorkFolder::modified).max(Instant::compareTo).orElse(Instant.MAX);
        } catch (UncheckedIOException e) {
            throw new IOException(e);
        }
    }

    private static Instant modified(Path path) {
        try {
            return Files.getLastModifiedTime(path).toInstant();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
