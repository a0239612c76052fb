package dev.slipway.adapters.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An instance's log from its last bytes on, over changes of its file, to the end of the instance. One thread reads; any thread may close
 * it.
 */
final class FollowedLog extends InputStream {

    private static final long PAUSE_MILLIS = 100;

    private final InstanceFolder folder;
    private LogFolder logs;
    private @Nullable FileChannel file;
    private @Nullable Object key;
    // Whether there is a newer file. Then nothing more is written into the one that is read.
    private boolean replaced;
    private boolean over;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** @param logs where the log is, also when the folder of the instance is gone */
    FollowedLog(InstanceFolder folder, LogFolder logs, int bytes) throws IOException {
        this.folder = folder;
        this.logs = logs;
        long inLast = sizeOf(logs.log());
        if (inLast < bytes && Files.exists(logs.olderLog())) {
            open(logs.olderLog(), bytes - inLast);
            replaced = true;
        } else {
            open(logs.log(), bytes);
        }
    }

    private static long sizeOf(Path path) throws IOException {
        try {
            return Files.size(path);
        } catch (NoSuchFileException none) {
            return 0;
        }
    }

    private void open(Path path, long last) throws IOException {
        try {
            FileChannel opened = FileChannel.open(path);
            file = opened;
            key = keyOf(path);
            opened.position(Math.max(0, opened.size() - last));
        } catch (NoSuchFileException notYet) {
            file = null;
        }
        replaced = false;
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        while (!isClosed()) {
            FileChannel reading = file;
            int count = reading == null ? -1 : reading.read(ByteBuffer.wrap(bytes, offset, length));
            if (count > 0) {
                return count;
            }
            if (replaced || reading == null) {
                next();
            } else {
                replaced = isReplaced();
            }
            if (file == reading && !replaced && !waitForMore()) {
                return -1;
            }
        }
        return -1;
    }

    private void next() throws IOException {
        FileChannel reading = file;
        if (reading != null) {
            reading.close();
        } else if (folder.exists()) {
            // Before its spec was written it was not known where the log would be.
            logs = folder.logs();
        }
        open(logs.log(), Long.MAX_VALUE);
    }

    private boolean isReplaced() throws IOException {
        try {
            return !Objects.equals(key, keyOf(logs.log()));
        } catch (NoSuchFileException betweenTwo) {
            return false;
        }
    }

    /** False at the end of the log. */
    private boolean waitForMore() throws IOException {
        if (over) {
            return false;
        }
        // The file is read once more after this, because the last lines are written before the end.
        over = !folder.exists() || folder.hasEnded();
        if (!over) {
            try {
                return !closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("the log is not read any more").initCause(stopped);
            }
        }
        return true;
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        synchronized (this) {
            FileChannel reading = file;
            if (reading != null) {
                reading.close();
            }
        }
    }
}
