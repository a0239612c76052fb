package dev.slipway.activities.model;

import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.ImportEvents;
import dev.slipway.domain.model.ModelId;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How many imports may be in one step at a time on this worker. They are let in in the order in which they came. */
final class StepLimit {

    private static final long TELL_AFTER_SECONDS = 2;

    private final int count;
    private final Semaphore free;
    private final EventStore events;
    private final Clock clock;

    StepLimit(int count, EventStore events, Clock clock) {
        this.count = count;
        this.free = new Semaphore(count, true);
        this.events = events;
        this.clock = clock;
    }

    /**
     * The result of the step, once there is a place for it; an event of the model says so if that takes a while.
     *
     * @param step what the model waits for, as "its trial start"
     * @throws io.temporal.client.ActivityCompletionException if the activity is cancelled while it waits
     * @throws InterruptedException if somebody else interrupts this thread
     */
    <T> T in(ModelId model, String step, ActivityHeartbeat heartbeat, ActivityHeartbeat.Interruptible<T> work)
            throws InterruptedException {
        boolean taken =
                heartbeat.interruptedByCancellation(() -> free.tryAcquire(TELL_AFTER_SECONDS, TimeUnit.SECONDS));
        if (!taken) {
            events.record(ImportEvents.waiting(model, step, count, clock.instant()));
            heartbeat.interruptedByCancellation(this::await);
        }
        try {
            return work.run();
        } finally {
            free.release();
        }
    }

    private boolean await() throws InterruptedException {
        free.acquire();
        return true;
    }
}
