package dev.slipway.workflows.wake;

import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The flag that a wake signal raises, and the wait for it. A watcher wakes the workflow when a condition becomes true; a timer covers a
 * lost signal. Its pauses grow fourfold from five minutes to four hours, so a day of waiting takes about nine checks. Workflow code only.
 */
public final class WakeSignal {

    /** The first pause where no other is set. */
    public static final Duration FIRST_PAUSE = Duration.ofMinutes(5);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(4);

    private boolean raised;
    private Duration pause = FIRST_PAUSE;

    /** To be called by the signal's handler. */
    public void raise() {
        raised = true;
    }

    /** Call it before the check that follows a wait. A signal that comes later ends the next wait at once. */
    public void clear() {
        raised = false;
    }

    /** Whether the workflow was woken since {@link #clear}. */
    public boolean isRaised() {
        return raised;
    }

    /** Call it before waiting for something else: the pauses start from the first again. */
    public void reset() {
        reset(FIRST_PAUSE);
    }

    /** As {@link #reset()}, with another first pause. */
    public void reset(Duration firstPause) {
        pause = firstPause;
    }

    /**
     * Waits until it is raised or it is time to check again.
     *
     * @param what it waits for, in words that follow "waits for"; shown with the timer in the Temporal UI
     */
    public void await(String what) {
        await(what, null, () -> false);
    }

    /** As {@link #await(String)}, at most until {@code deadline}; false if that has come and it was not raised. */
    public boolean await(String what, @Nullable Instant deadline) {
        return await(what, deadline, () -> false);
    }

    /**
     * Waits until it is raised, {@code other} holds, or it is time to check again.
     *
     * @param what as in {@link #await(String)}
     * @param deadline the wait ends then; null for none
     * @return false if the deadline has come and neither holds
     */
    public boolean await(String what, @Nullable Instant deadline, BooleanSupplier other) {
        Duration left = deadline == null ? LONGEST_PAUSE : Duration.between(now(), deadline);
        if (raised || other.getAsBoolean()) {
            return true;
        }
        if (!left.isPositive()) {
            return false;
        }
        Duration rest = left.compareTo(pause) < 0 ? left : pause;
        Duration next = pause.multipliedBy(4);
        pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
        String atItsEnd =
                deadline != null && rest.equals(left) ? "gives up at the end of this" : "looks itself after this";
        TimedWait.await("waits for %s; %s".formatted(what, atItsEnd), rest, () -> raised || other.getAsBoolean());
        return raised || other.getAsBoolean() || deadline == null || now().isBefore(deadline);
    }

    private static Instant now() {
        return Instant.ofEpochMilli(Workflow.currentTimeMillis());
    }
}
