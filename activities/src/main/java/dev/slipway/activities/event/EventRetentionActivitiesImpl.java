package dev.slipway.activities.event;

import dev.slipway.domain.event.EventStore;
import dev.slipway.workflows.contract.event.EventRetentionActivities;
import io.temporal.activity.Activity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** {@link EventRetentionActivities} over the event store. */
public final class EventRetentionActivitiesImpl implements EventRetentionActivities {

    private static final int STEP = 1_000;

    private final EventStore events;
    private final Clock clock;
    private final Duration keptOfServices;
    private final Duration keptOfModels;

    public EventRetentionActivitiesImpl(
            EventStore events, Clock clock, Duration keptOfServices, Duration keptOfModels) {
        this.events = events;
        this.clock = clock;
        this.keptOfServices = keptOfServices;
        this.keptOfModels = keptOfModels;
    }

    @Override
    public int removeOldServiceEvents() {
        return remove(EventStore.EventSubject.SERVICE, keptOfServices);
    }

    @Override
    public int removeOldModelEvents() {
        return remove(EventStore.EventSubject.MODEL, keptOfModels);
    }

    private int remove(EventStore.EventSubject subject, Duration kept) {
        Instant before = clock.instant().minus(kept);
        int removed = 0;
        int step;
        do {
            step = events.removeOlderThan(subject, before, STEP);
            removed += step;
            Activity.getExecutionContext().heartbeat(removed);
        } while (step == STEP);
        return removed;
    }
}
