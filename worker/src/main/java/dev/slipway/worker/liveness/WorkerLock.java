package dev.slipway.worker.liveness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A worker's identity and the proof that it lives: a file of that name below {@code workers/} in this machine's folder, locked as long as
 * the process lives. The kernel releases the lock however the process dies.
 */
public final class WorkerLock implements AutoCloseable {

    private static final String PREFIX = "worker-";

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private WorkerLock(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes a new identity.
     *
     * @param folder of this machine
     */
    public static WorkerLock take(Path folder) {
        try {
            Path workers = Files.createDirectories(folder.resolve("workers"));
            Path file = workers.resolve(PREFIX + UUID.randomUUID());
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return new WorkerLock(file, channel, channel.lock());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the lock of this worker can't be made below '%s'".formatted(folder.resolve("workers")), e);
        }
    }

    /** The name by which Temporal knows the worker. */
    public String identity() {
        return file.getFileName().toString();
    }

    /** Identities of this machine whose process has ended, this one excepted. They stay until {@link #forget}. */
    public List<String> dead() {
        try (Stream<Path> files = Files.list(file.getParent())) {
            return files.map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX) && !name.equals(identity()))
                    .filter(this::hasEnded)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder '%s' can't be read".formatted(file.getParent()), e);
        }
    }

    private boolean hasEnded(String identity) {
        try (FileChannel other = FileChannel.open(file.resolveSibling(identity), StandardOpenOption.WRITE);
                @Nullable FileLock free = other.tryLock()) {
            return free != null;
        } catch (IOException | OverlappingFileLockException stillUsed) {
            return false;
        }
    }

    /** Removes an identity whose work was given to other workers. */
    public void forget(String identity) {
        try {
            Files.deleteIfExists(file.resolveSibling(identity));
        } catch (IOException e) {
            throw new UncheckedIOException("'%s' can't be removed".formatted(file.resolveSibling(identity)), e);
        }
    }

    /** Removes the identity: a worker that ends by itself leaves no work behind. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        lock.release();
        channel.close();
    }
}
