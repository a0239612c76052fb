package dev.slipway.adapters.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/** The log of one instance, and after its end the last state that its shim wrote. It outlives the folder of the instance. */
record LogFolder(Path path) {

    String name() {
        return path.getFileName().toString();
    }

    /** The folder of all logs of its owner. */
    Path owner() {
        return path.resolveSibling("");
    }

    /** Creates it, for its user alone. Does nothing if it exists. */
    LogFolder create() {
        try {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException("the folder '%s' can't be made".formatted(path), failure);
        }
    }

    boolean exists() {
        return Files.isDirectory(path);
    }

    /** The output of the process, until the file is large. */
    Path log() {
        return path.resolve("log");
    }

    /** The file before that. */
    Path olderLog() {
        return path.resolve("log.1");
    }

    /** The last state of an instance that has ended. */
    Path state() {
        return path.resolve("state.json");
    }

    /** The end of the log, at most so many bytes; empty if there is none. Bytes of a cut or foreign character become U+FFFD. */
    String tail(int bytes) {
        byte[] current = tail(log(), bytes);
        byte[] before = current.length < bytes ? tail(olderLog(), bytes - current.length) : new byte[0];
        byte[] all = new byte[before.length + current.length];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(current, 0, all, before.length, current.length);
        return new String(all, StandardCharsets.UTF_8);
    }

    private static byte[] tail(Path file, int bytes) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return new byte[0];
        }
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long length = log.length();
            long from = Math.max(0, length - bytes);
            byte[] end = new byte[(int) (length - from)];
            log.seek(from);
            log.readFully(end);
            return end;
        } catch (IOException rotatedMeanwhile) {
            return new byte[0];
        }
    }

    /** The size of its files. */
    long bytes() {
        return bytesOfOutput() + size(state());
    }

    /** How much of the output is kept. */
    long bytesOfOutput() {
        return size(log()) + size(olderLog());
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException none) {
            return 0;
        }
    }

    /** When it was last written to; when it was made if it never was. */
    Instant writtenAt() {
        for (Path file : new Path[] {log(), path}) {
            try {
                return Files.getLastModifiedTime(file).toInstant();
            } catch (IOException none) {
                // The next one.
            }
        }
        return Instant.EPOCH;
    }

    /** Takes over the last state of the instance. */
    void keepStateOf(InstanceFolder instance) {
        if (!exists()) {
            return;
        }
        try {
            Files.move(
                    instance.path().resolve("state.json"),
                    state(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException neverWritten) {
            // Its shim never came up, or another process was faster.
        }
    }

    /** Deletes it. Does nothing if it does not exist. */
    void delete() {
        if (!exists()) {
            return;
        }
        try (Stream<Path> paths = Files.walk(path)) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("the folder '%s' can't be deleted".formatted(path), failure);
        }
    }
}
