package dev.slipway.activities.batch;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Limits how many bytes of records and results this process holds at once, over all jobs. Requests for bytes are served in order. A request
 * for more than the budget gets the whole budget, so it runs alone. Holders must never wait for more, so that there is no deadlock. Safe
 * for use by many threads.
 */
public final class ByteBudget {

    /** Longer texts are kept in pieces of this size, which are reused, so that they cause no garbage and the heap does not grow. */
    static final int PIECE = 64 << 10;

    private static final long BEAT_MILLIS = 1_000;

    private final long bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Object> queue = new ArrayDeque<>();
    private Deque<byte[]> free = new ArrayDeque<>();

    /** What was free when nothing was held any more: for the next job, if the collector does not need the memory before. */
    private SoftReference<Deque<byte[]>> spare = new SoftReference<>(null);

    private long held;
    private long mostHeld;

    /** @param bytes at least 1 */
    public ByteBudget(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("byte budget: expected at least one byte, found " + bytes);
        }
        this.bytes = bytes;
    }

    /**
     * Waits until this many bytes are free, and takes them.
     *
     * @param liveness called each second while it waits
     */
    Share take(long wanted, Liveness liveness) throws InterruptedException {
        return take(wanted, liveness, false);
    }

    /** As {@link #take(long, Liveness)}, for bytes that are stored in {@link Share#piece pieces}: those kept for reuse stay, for this share to use. */
    Share takePieces(long wanted, Liveness liveness) throws InterruptedException {
        return take(wanted, liveness, true);
    }

    private Share take(long wanted, Liveness liveness, boolean inPieces) throws InterruptedException {
        long granted = Math.min(wanted, bytes);
        Object me = new Object();
        lock.lockInterruptibly();
        try {
            queue.add(me);
            while (queue.peekFirst() != me || held + granted > bytes) {
                if (!changed.await(BEAT_MILLIS, TimeUnit.MILLISECONDS)) {
                    liveness.alive(0);
                }
            }
            if (held == 0) {
                useSpare();
            }
            held += granted;
            mostHeld = Math.max(mostHeld, held);
            if (!inPieces) {
                trim();
            }
        } finally {
            queue.remove(me);
            changed.signalAll();
            lock.unlock();
        }
        return new Share(granted);
    }

    /** Pieces kept for reuse count too. While none is in use the garbage collector may have them. */
    private void trim() {
        while (!free.isEmpty() && held + (long) free.size() * PIECE > bytes) {
            free.removeLast();
        }
        if (held == 0 && !free.isEmpty()) {
            spare = new SoftReference<>(free);
            free = new ArrayDeque<>();
        }
    }

    private void useSpare() {
        Deque<byte[]> last = spare.get();
        spare.clear();
        free = last == null ? free : last;
    }

    /** The size of the budget. */
    long bytes() {
        return bytes;
    }

    long held() {
        lock.lock();
        try {
            return held;
        } finally {
            lock.unlock();
        }
    }

    /** How many requests wait for bytes. */
    int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** The most that was held at once so far. */
    long mostHeld() {
        lock.lock();
        try {
            return mostHeld;
        } finally {
            lock.unlock();
        }
    }

    /** Held bytes. Must be closed; may be closed again. */
    final class Share implements AutoCloseable {
        private final List<byte[]> pieces = new ArrayList<>();
        private long granted;
        private boolean reusable;

        private Share(long granted) {
            this.granted = granted;
        }

        /** An array of {@link #PIECE} bytes, perhaps with bytes of earlier use. For one thread. */
        byte[] piece() {
            lock.lock();
            try {
                byte[] used = free.pollFirst();
                byte[] piece = used == null ? new byte[PIECE] : used;
                pieces.add(piece);
                return piece;
            } finally {
                lock.unlock();
            }
        }

        /**
         * Allows others to reuse its pieces after it is closed, because nothing reads them any more. Without this call they are left to the
         * garbage collector.
         */
        void reuse() {
            reusable = true;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                held -= granted;
                granted = 0;
                if (reusable) {
                    pieces.forEach(free::addFirst);
                }
                pieces.clear();
                trim();
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
