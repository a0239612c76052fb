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
            if (isAbandoned(entry, until)) {
                remove(entry);
            }
        }
    }

    /** Whether nobody has written to it or below it since then; false if that cannot be told now. */
    static boolean isAbandoned(Path entry, Instant until) {
        try {
            return lastWritten(entry).isBefore(until);
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }

    /** What the files of it hold, in bytes; what goes away meanwhile does not count. */
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

    /** Removes a file, or a folder with all below it, if it is there; what cannot be removed stays, with a line in the log. */
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
