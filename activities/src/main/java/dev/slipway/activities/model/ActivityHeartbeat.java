package dev.slipway.activities.model;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeats each second while the activity's thread is in a call that cannot heartbeat itself, and interrupts that call when the activity
 * is cancelled. Created, used and closed by the activity's thread.
 */
final class ActivityHeartbeat implements AutoCloseable {

    private static final long EACH_SECONDS = 1;

    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private final Object lock = new Object();
    private @Nullable ActivityCompletionException cancelled;
    private @Nullable Thread waiting;

    private ActivityHeartbeat() {}

    static ActivityHeartbeat of(ActivityExecutionContext context) {
        ActivityHeartbeat heartbeat = new ActivityHeartbeat();
        var unused =
                heartbeat.clock.scheduleAtFixedRate(() -> heartbeat.beat(context), 0, EACH_SECONDS, TimeUnit.SECONDS);
        return heartbeat;
    }

    private void beat(ActivityExecutionContext context) {
        try {
            context.heartbeat(null);
        } catch (ActivityCompletionException ended) {
            synchronized (lock) {
                cancelled = ended;
                if (waiting != null) {
                    waiting.interrupt();
                }
            }
        }
    }

    /** @throws ActivityCompletionException if the activity is cancelled, timed out or no longer wanted */
    void failIfCancelled() {
        synchronized (lock) {
            if (cancelled != null) {
                throw cancelled;
            }
        }
    }

    /**
     * Runs a call that can be interrupted; a cancellation interrupts it.
     *
     * @throws ActivityCompletionException if the activity is cancelled before or during the call
     * @throws InterruptedException if this thread is interrupted for another reason
     */
    <T> T interruptedByCancellation(Interruptible<T> call) throws InterruptedException {
        synchronized (lock) {
            failIfCancelled();
            waiting = Thread.currentThread();
        }
        try {
            return call.run();
        } finally {
            leave();
        }
    }

    /** If the activity is cancelled, the interrupt came from here and must not reach later work, however the call ended. */
    private void leave() {
        synchronized (lock) {
            waiting = null;
            if (cancelled != null) {
                boolean unused = Thread.interrupted();
                throw cancelled;
            }
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    /** A call that an interrupt ends. */
    @FunctionalInterface
    interface Interruptible<T> {
        T run() throws InterruptedException;
    }
}
