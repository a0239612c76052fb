package dev.slipway.activities.waiting;

import dev.slipway.domain.problem.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the calls of one step wait for now. Safe for use by many threads. */
public final class Waits {

    /** Nobody looks at these. */
    public static Waits unseen() {
        return new Waits(System::nanoTime);
    }

    private final LongSupplier nanos;
    private final Lock lock = new ReentrantLock();
    private final List<Wait> open = new ArrayList<>(); // the oldest first
    private @Nullable Long silentSince;

    /** @param nanos as {@link System#nanoTime} */
    Waits(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Begins a wait that may take any time, such as for the answer of a model: it is shown, and is no sign of an outage. */
    public Wait begin(String what) {
        return begin(what, null);
    }

    /**
     * Begins a wait for something that answers soon.
     *
     * @param what in words that follow "waits for", such as {@code reading 'obs://bucket/key' from object storage}
     * @param usual how long it may take while all is well
     */
    public Wait begin(String what, @Nullable Duration usual) {
        lock.lock();
        try {
            Wait wait = new Wait(what, usual, nanos.getAsLong());
            open.add(wait);
            if (usual != null && silentSince == null) {
                silentSince = wait.since;
            }
            return wait;
        } finally {
            lock.unlock();
        }
    }

    /** Runs a call that waits. A problem that it throws is an answer, unless it is {@link Unavailable}. */
    public <T extends @Nullable Object> T during(String what, Duration usual, Supplier<T> call) {
        try (Wait wait = begin(what, usual)) {
            boolean answered = true;
            try {
                return call.get();
            } catch (Unavailable outage) {
                answered = false;
                throw outage;
            } finally {
                if (answered) {
                    wait.answered();
                }
            }
        }
    }

    /** Work that waits for something that may take any time. */
    @FunctionalInterface
    public interface LongCall<T, E extends Exception> {
        T run() throws E;
    }

    /** Runs work as a wait that {@link #begin(String)} begins. */
    public <T, E extends Exception> T during(String what, LongCall<T, E> work) throws E {
        Wait wait = begin(what);
        try {
            return work.run();
        } finally {
            wait.close();
        }
    }

    /** The oldest wait with its time, as a person reads it; null if there is none. */
    @Nullable
    String words() {
        lock.lock();
        try {
            if (open.isEmpty()) {
                return null;
            }
            Wait oldest = open.getFirst();
            String more = open.size() == 1 ? "" : ", and %d more".formatted(open.size() - 1);
            return "%s for %d s%s".formatted(oldest.what, secondsSince(oldest.since), more);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What does not answer, in words: the oldest wait, if nothing has answered for {@code patience} and it takes longer than is usual for it.
     * Null otherwise. Calls that failed meanwhile are no answer.
     */
    @Nullable
    String silence(Duration patience) {
        lock.lock();
        try {
            Long since = silentSince;
            if (since == null) {
                return null;
            }
            for (Wait wait : open) {
                if (wait.usual != null
                        && nanos.getAsLong() - since
                                >= patience.plus(wait.usual).toNanos()) {
                    return "no answer for %d s: %s".formatted(secondsSince(since), wait.what);
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private long secondsSince(long since) {
        return Duration.ofNanos(nanos.getAsLong() - since).toSeconds();
    }

    /** One wait. Must be closed. */
    public final class Wait implements AutoCloseable {
        private final String what;
        private final @Nullable Duration usual;
        private final long since;

        private Wait(String what, @Nullable Duration usual, long since) {
            this.what = what;
            this.usual = usual;
            this.since = since;
        }

        /** There was an answer, of whatever kind. */
        public void answered() {
            lock.lock();
            try {
                silentSince = null;
                if (open.stream().anyMatch(other -> other != this && other.usual != null)) {
                    silentSince = nanos.getAsLong();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                open.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }
}
