package dev.slipway.activities.waiting;

import dev.slipway.activities.failure.FailureInterceptor.Outages;
import io.temporal.activity.ActivityExecutionContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Starts the heartbeats of steps, and says what is told when a step waits in vain. */
public final class StepHeartbeats {

    /** Nothing has answered a step for so long when it is told. With {@link #EACH} in less than the 20 s in which people look for a cause. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Between heartbeats. */
    public static final Duration EACH = Duration.ofSeconds(1);

    private final Outages outages;
    private final Duration patience;
    private final Duration each;

    /** @param outages gets what does not answer, once for each attempt of a step */
    public StepHeartbeats(Outages outages) {
        this(outages, PATIENCE, EACH);
    }

    /**
     * @param patience in place of {@link #PATIENCE}
     * @param each between heartbeats
     */
    public StepHeartbeats(Outages outages, Duration patience, Duration each) {
        this.outages = outages;
        this.patience = patience;
        this.each = each;
    }

    /** Those that tell nobody of an outage. */
    public static StepHeartbeats untold() {
        return new StepHeartbeats((workflow, activity, attempt, lasts, reason) -> {});
    }

    /** For a step that may be in one call for any time, such as to unpack an image on a slow disk. Must be closed. */
    public StepHeartbeat start(ActivityExecutionContext context) {
        return start(context, null);
    }

    /**
     * Must be closed.
     *
     * @param longestSilence without a report of the work, after which no more heartbeats are sent, so that work that hangs is found; null
     *     for no limit
     */
    public StepHeartbeat start(ActivityExecutionContext context, @Nullable Duration longestSilence) {
        return StepHeartbeat.start(context, new Waits(System::nanoTime), outages, patience, each, longestSilence);
    }
}
