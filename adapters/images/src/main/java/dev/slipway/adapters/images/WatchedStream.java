package dev.slipway.adapters.images;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The body of an answer: closed when nothing comes for too long. What goes wrong with it is a {@link PulledSource.Cut}. */
final class WatchedStream extends FilterInputStream {

    private final Duration silence;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long lastSign = System.nanoTime();
    private volatile boolean isSilent;

    WatchedStream(InputStream body, Duration silence) {
        super(body);
        this.silence = silence;
        Thread.ofVirtual().name("registry-silence").start(this::watch);
    }

    private void watch() {
        try {
            while (!closed.await(silence.toMillis() / 2 + 1, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - lastSign > silence.toNanos()) {
                    isSilent = true;
                    in.close();
                    return;
                }
            }
        } catch (IOException isClosed) {
            // There is nothing to watch any more.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count;
        try {
            count = in.read(bytes, offset, length);
        } catch (IOException cut) {
            throw new PulledSource.Cut(isSilent ? silent() : String.valueOf(cut.getMessage()), cut);
        }
        lastSign = System.nanoTime();
        if (count < 0 && isSilent) {
            throw new PulledSource.Cut(silent(), null);
        }
        return count;
    }

    private String silent() {
        return "nothing came for %d s".formatted(silence.toSeconds());
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            in.close();
        } catch (IOException alreadyCut) {
            // What was read of it is judged by its digest.
        }
    }
}
