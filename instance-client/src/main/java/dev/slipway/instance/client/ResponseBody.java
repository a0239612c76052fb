package dev.slipway.instance.client;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Passes bytes from the event loop to the reading thread, with a limit for waiting bytes. */
final class ResponseBody extends InputStream {

    /** The connection, as the reader sees it. Called on the reader's thread. */
    interface Source {
        /** More bytes may be received. */
        void resume();

        /** The rest will not be read. */
        void abandon();
    }

    private final int window;
    private final Source source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuf> arrived = new ArrayDeque<>();
    private int buffered;
    private boolean paused;
    private boolean ended;
    private boolean closed;
    private @Nullable NoWholeAnswer failure;

    ResponseBody(int window, Source source) {
        this.window = window;
        this.source = source;
    }

    /** Takes the bytes. False if the window is full: then call it again only after {@link Source#resume}. */
    boolean offer(ByteBuf bytes) {
        lock.lock();
        try {
            if (closed || !bytes.isReadable()) {
                bytes.release();
                return true;
            }
            arrived.add(bytes);
            buffered += bytes.readableBytes();
            paused = buffered >= window;
            changed.signal();
            return !paused;
        } finally {
            lock.unlock();
        }
    }

    /** All bytes have arrived. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** No more bytes come; arrived ones can still be read. */
    void fail(NoWholeAnswer why) {
        lock.lock();
        try {
            failure = why;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            return 0;
        }
        boolean hasRoomAgain;
        int read;
        lock.lock();
        try {
            ByteBuf first = awaitFirst();
            if (first == null) {
                return -1;
            }
            read = Math.min(length, first.readableBytes());
            first.readBytes(buffer, offset, read);
            buffered -= read;
            if (!first.isReadable()) {
                arrived.removeFirst();
                first.release();
            }
            hasRoomAgain = paused && buffered <= window / 2;
            paused = paused && !hasRoomAgain;
        } finally {
            lock.unlock();
        }
        if (hasRoomAgain) {
            source.resume();
        }
        return read;
    }

    /** Null at the end. */
    private @Nullable ByteBuf awaitFirst() throws IOException {
        while (arrived.isEmpty()) {
            if (closed) {
                throw new IOException("the answer was closed");
            }
            if (ended) {
                return null;
            }
            if (failure != null) {
                throw new NoWholeAnswer(failure.how(), String.valueOf(failure.getMessage()), failure);
            }
            try {
                changed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while an answer was read");
            }
        }
        return arrived.getFirst();
    }

    @Override
    public void close() {
        boolean isUnread;
        lock.lock();
        try {
            isUnread = !closed && !ended && failure == null;
            closed = true;
            arrived.forEach(ByteBuf::release);
            arrived.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (isUnread) {
            source.abandon();
        }
    }
}
