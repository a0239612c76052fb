package dev.slipway.worker.periodic;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a round again and again on a thread of its own until it is closed. A failed round, also one with an {@link Error}, is logged and
 * followed by the next; of consecutive failures the first and then each hundredth are logged. A process without memory ends by the option
 * of the JVM.
 */
public final class PeriodicTask implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);
    private static final Duration LAST_ROUND = Duration.ofSeconds(5);
    private static final int LOGGED_EACH = 100;

    private final String name;
    private final Supplier<Duration> pace;
    private final Runnable round;
    private final Semaphore wakes = new Semaphore(0);
    private volatile boolean closed;
    private @Nullable Thread thread;
    private int failuresInARow;

    /**
     * @param name for the thread and the log
     * @param pace between the end of a round and the start of the next
     */
    public PeriodicTask(String name, Duration pace, Runnable round) {
        this(name, () -> pace, round);
    }

    /** @param pace asked after each round */
    public PeriodicTask(String name, Supplier<Duration> pace, Runnable round) {
        this.name = name;
        this.pace = pace;
        this.round = round;
    }

    /** Begins; called once. */
    public synchronized void start() {
        if (thread != null) {
            throw new IllegalStateException("task '%s' has been started already".formatted(name));
        }
        thread = Thread.ofPlatform().name(name).daemon().start(this::go);
    }

    /** Lets the next round start at once. Never blocks. */
    public void runSoon() {
        wakes.release();
    }

    private void go() {
        while (!closed) {
            try {
                round.run();
                failuresInARow = 0;
            } catch (Throwable failure) {
                // An edge: whatever failed, the next round tries again. Without its thread the process would keep the
                // leader's lock.
                tell(failure);
            }
            try {
                if (wakes.tryAcquire(pace.get().toMillis(), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private void tell(Throwable failure) {
        if (!closed && failuresInARow++ % LOGGED_EACH == 0) {
            LOG.warn("round failed of={} cause={}, going on", name, failure.toString(), failure);
        }
    }

    /** Waits for the running round and ends; a round that takes too long is interrupted. */
    @Override
    public void close() {
        closed = true;
        runSoon();
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running == null) {
            return;
        }
        try {
            if (!running.join(LAST_ROUND)) {
                running.interrupt();
                running.join(LAST_ROUND);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            running.interrupt();
        }
    }
}
