package dev.slipway.activities.waiting;

import dev.slipway.activities.failure.FailureInterceptor.Outages;
import dev.slipway.workflows.contract.StepDetails;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import io.temporal.client.ActivityCompletionException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heartbeats of one attempt of a step, from a thread of its own, so that a slow call does not look like a dead worker. Their details, which
 * Temporal's UI shows, say how far the step is and what it waits for.
 */
public final class StepHeartbeat implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StepHeartbeat.class);

    private final ActivityExecutionContext context;
    private final Waits waits;
    private final Outages outages;
    private final Duration patience;
    private final @Nullable Duration longestSilence;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long lastSign = System.nanoTime();
    private volatile long done;
    private volatile @Nullable ActivityCompletionException refused;
    private boolean told;

    private StepHeartbeat(
            ActivityExecutionContext context,
            Waits waits,
            Outages outages,
            Duration patience,
            @Nullable Duration longestSilence) {
        this.context = context;
        this.waits = waits;
        this.outages = outages;
        this.patience = patience;
        this.longestSilence = longestSilence;
    }

    static StepHeartbeat start(
            ActivityExecutionContext context,
            Waits waits,
            Outages outages,
            Duration patience,
            Duration each,
            @Nullable Duration longestSilence) {
        StepHeartbeat heartbeat = new StepHeartbeat(context, waits, outages, patience, longestSilence);
        Thread.ofVirtual().name("step-heartbeat").start(() -> heartbeat.beat(each));
        return heartbeat;
    }

    /** Where the work says what it waits for. */
    public Waits waits() {
        return waits;
    }

    /**
     * The work goes on.
     *
     * @param progress in any unit
     * @throws ActivityCompletionException if the step is cancelled, timed out or no longer wanted
     */
    public void alive(long progress) {
        done = progress;
        failIfCancelled();
    }

    /** As {@link #alive}, without a figure. */
    public void failIfCancelled() {
        lastSign = System.nanoTime();
        ActivityCompletionException reason = refused;
        if (reason != null) {
            throw reason;
        }
    }

    private void beat(Duration each) {
        try {
            do {
                if (longestSilence == null || System.nanoTime() - lastSign < longestSilence.toNanos()) {
                    context.heartbeat(new StepDetails(done, Objects.requireNonNullElse(waits.words(), "")));
                }
                tellSilence();
            } while (!closed.await(each.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ActivityCompletionException e) {
            refused = e; // cancelled, timed out, or the workflow is gone: the work learns it at its next report
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellSilence() {
        String silence = told ? null : waits.silence(patience);
        if (silence != null) {
            told = true;
            // Telling it may hang itself, and heartbeats have to go on.
            Thread.ofVirtual().name("step-outage").start(() -> tell(silence));
        }
    }

    private void tell(String silence) {
        ActivityInfo info = context.getInfo();
        LOG.warn("activity={} workflow={} waits: {}", info.getActivityType(), info.getWorkflowId(), silence);
        try {
            outages.failed(info.getWorkflowId(), info.getActivityType(), info.getAttempt(), patience, silence);
        } catch (RuntimeException e) { // an edge: the database may be away too
            LOG.warn("not told activity={} workflow={}", info.getActivityType(), info.getWorkflowId(), e);
        }
    }

    /** Ends the heartbeats. */
    @Override
    public void close() {
        closed.countDown();
    }
}
