package dev.slipway.workflows.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When an import ends at the latest: after an hour of work. Waiting for a slot of a pool does not count, and lasts a day at most. */
final class ImportDeadline {

    static final Duration WORK = Duration.ofMinutes(60);
    static final Duration LONGEST_WAIT = Duration.ofHours(24);

    private Instant endOfWork;
    private @Nullable Instant waitingSince;
    private boolean moved;

    ImportDeadline(Instant now) {
        endOfWork = now.plus(WORK);
    }

    /** Does nothing if it waits already. */
    void beginToWait(Instant now) {
        if (waitingSince == null) {
            waitingSince = now;
            moved = true;
        }
    }

    /** Does nothing if it does not wait. */
    void endWaiting(Instant now) {
        if (waitingSince != null) {
            endOfWork = endOfWork.plus(Duration.between(waitingSince, now));
            waitingSince = null;
            moved = true;
        }
    }

    boolean isWaiting() {
        return waitingSince != null;
    }

    Instant at() {
        return waitingSince == null ? endOfWork : waitingSince.plus(LONGEST_WAIT);
    }

    void clearMoved() {
        moved = false;
    }

    /** Whether it has changed since {@link #clearMoved}. */
    boolean hasMoved() {
        return moved;
    }
}
