package dev.slipway.parts.folder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The lock of one role of one process on a data folder. The kernel releases it however the process dies. */
public final class FolderLock implements AutoCloseable {

    /**
     * On Linux closing any descriptor of a file releases the locks of the process on it, so a file that is locked here is never opened
     * again.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static FolderLock take(Path folder, Path file, String role) {
        if (!HELD_HERE.add(file)) {
            throw new FolderInUse(folder, role, ownPid());
        }
        boolean taken = false;
        try {
            FolderLock lock = tryTake(file);
            if (lock == null) {
                throw new FolderInUse(folder, role, pidIn(file));
            }
            taken = true;
            return lock;
        } catch (AccessDeniedException denied) {
            throw FolderUnusable.unreadable(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock '" + file + "'", e);
        } finally {
            if (!taken) {
                HELD_HERE.remove(file);
            }
        }
    }

    private static @Nullable FolderLock tryTake(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            if (channel.tryLock() == null) {
                return null;
            }
            channel.truncate(0);
            ByteBuffer pid = StandardCharsets.US_ASCII.encode(ownPid() + "\n");
            while (pid.hasRemaining()) {
                channel.write(pid);
            }
            taken = true;
            return new FolderLock(file, channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    /** The pid of the process that holds the lock file, as it wrote it, this one included. */
    static Optional<String> holder(Path file) {
        if (HELD_HERE.contains(file)) {
            return Optional.of(ownPid());
        }
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                lock.release();
                return Optional.empty();
            }
        } catch (AccessDeniedException denied) {
            throw FolderUnusable.unreadable(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the lock '" + file + "'", e);
        } catch (OverlappingFileLockException takenMeanwhile) {
            return Optional.of(ownPid());
        }
        return Optional.of(pidIn(file));
    }

    private static String ownPid() {
        return Long.toString(ProcessHandle.current().pid());
    }

    private static String pidIn(Path file) {
        try {
            String pid = Files.readString(file).strip();
            return pid.isEmpty() ? "unknown" : pid;
        } catch (IOException e) {
            return "unknown";
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give a lock back", e);
        } finally {
            HELD_HERE.remove(file);
        }
    }
}
