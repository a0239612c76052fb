package dev.slipway.activities.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of downloads and unfinished parts. Each step removes its own files, unless its process is killed. */
public final class WorkFolder {

    private static final Logger LOG = LoggerFactory.getLogger(WorkFolder.class);

    private WorkFolder() {}

    /**
     * Removes entries that were not written to since then. What cannot be removed stays and is logged.
     *
     * @param until longer ago than any running step leaves its files untouched
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
            if (isAbandoned(entry, until)) {
                remove(entry);
            }
        }
    }

    /** Whether nothing at or below it was written since then; false if that is not known now. */
    static boolean isAbandoned(Path entry, Instant until) {
        try {
            return lastWritten(entry).isBefore(until);
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }

    /** The size of its files in bytes. Files that disappear meanwhile do not count. */
    static long size(Path entry) {
        try (Stream<Path> all = Files.walk(entry)) {
            return all.filter(Files::isRegularFile).mapToLong(WorkFolder::bytes).sum();
        } catch (IOException | UncheckedIOException goneMeanwhile) {
            return 0;
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a file, or a folder with its content, if it exists. What cannot be removed stays and is logged. */
    public static void remove(Path entry) {
        if (!Files.exists(entry)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(entry)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            LOG.warn("left behind entry={}", entry, e);
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
}
