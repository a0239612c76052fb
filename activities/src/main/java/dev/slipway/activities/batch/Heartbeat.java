package dev.slipway.activities.batch;

import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Heartbeats each second from a thread of its own, so that a slow call to storage does not look like a dead worker. It stops if the work
 * reported no progress within the last minute, so that hanging work is detected.
 */
final class Heartbeat implements Liveness, AutoCloseable {
    private static final long EACH_MILLIS = 1_000;
    private static final long SILENT_NANOS = Duration.ofMinutes(1).toNanos();

    private final ActivityExecutionContext context;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long lastSign = System.nanoTime();
    private volatile long done;
    private volatile @Nullable ActivityCompletionException refused;

    private Heartbeat(ActivityExecutionContext context) {
        this.context = context;
    }

    static Heartbeat start(ActivityExecutionContext context) {
        Heartbeat heartbeat = new Heartbeat(context);
        Thread.ofVirtual().name("batch-heartbeat").start(heartbeat::beat);
        return heartbeat;
    }

    private void beat() {
        try {
            while (!closed.await(EACH_MILLIS, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - lastSign < SILENT_NANOS) {
                    context.heartbeat(done);
                }
            }
        } catch (ActivityCompletionException e) {
            refused = e; // cancelled, timed out, or the workflow is gone: the work learns it at its next report
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void alive(long progress) {
        lastSign = System.nanoTime();
        done = progress;
        ActivityCompletionException reason = refused;
        if (reason != null) {
            throw reason;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
