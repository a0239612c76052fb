package dev.slipway.adapters.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/** Mutual exclusion among the threads and processes that use a folder. For short work only. */
final class FolderMutex {

    /** File locks hold between processes only; this lock holds between threads. */
    private static final Object THREADS = new Object();

    private FolderMutex() {}

    /** @param folder must exist */
    static <T> T holding(Path folder, Supplier<T> work) {
        synchronized (THREADS) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new IOException("the lock was lost");
                }
                return work.get();
            } catch (IOException failure) {
                throw new UncheckedIOException("the folder '%s' can't be locked".formatted(folder), failure);
            }
        }
    }
}
