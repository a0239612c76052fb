package dev.slipway.adapters.images;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One writer of a layout at a time, among threads and processes. Held only for renaming or removing a file. */
final class LayoutLock {

    /** File locks hold between processes only; this lock holds between threads. */
    private static final Object THREADS = new Object();

    private LayoutLock() {}

    /** The work under the lock. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    static <T> T holding(Path layout, Work<T> work) throws IOException {
        synchronized (THREADS) {
            Files.createDirectories(layout);
            try (FileChannel channel = FileChannel.open(
                            layout.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                if (!lock.isValid()) {
                    throw new IOException("lock of '%s' was lost".formatted(layout));
                }
                return work.run();
            }
        }
    }
}
