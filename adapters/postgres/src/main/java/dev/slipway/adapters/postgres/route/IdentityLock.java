package dev.slipway.adapters.postgres.route;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The lock of an identity's folder, held by the gateway with that identity or by a check that there is none. The kernel releases it when
 * the process ends.
 */
public final class IdentityLock implements AutoCloseable {

    /**
     * On Linux closing any descriptor of a file releases the locks of the process on it, so a file that is locked here is never opened
     * again.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private IdentityLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** Takes the lock at once; null if it is held, by this process or another. */
    public static @Nullable IdentityLock tryTake(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        if (!HELD_HERE.add(path)) {
            return null;
        }
        FileChannel channel = null;
        boolean taken = false;
        try {
            channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            taken = lock != null;
            return taken ? new IdentityLock(path, channel) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!taken) {
                free(path, channel);
            }
        }
    }

    private static void free(Path path, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_HERE.remove(path);
        }
    }

    @Override
    public void close() {
        free(folder, channel);
    }
}
