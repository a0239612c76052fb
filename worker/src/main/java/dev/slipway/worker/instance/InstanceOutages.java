package dev.slipway.worker.instance;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Tells the owners of instance sets, services and models on trial, what does not answer while their instances cannot be started: each text
 * at most once in ten minutes.
 */
public final class InstanceOutages {

    private static final Duration REMINDER = Duration.ofMinutes(10);

    private final EventStore events;
    private final Clock clock;

    public InstanceOutages(EventStore events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    /** Rows whose observed state has changed. */
    public void observed(List<Row> rows) {
        rows.forEach(this::tell);
    }

    private void tell(Row row) {
        String outage = row.observed().outage();
        String owner = row.owner().serviceId().or(row.owner()::modelId).orElse(null);
        if (outage == null || owner == null) {
            return;
        }
        Instant now = clock.instant();
        events.record(Event.abnormal(
                owner,
                "start-outage/%s/%08x/%d"
                        .formatted(row.id(), outage.hashCode(), now.getEpochSecond() / REMINDER.toSeconds()),
                "Instances cannot be started for now.",
                outage,
                "Slipway tries again by itself, with pauses of at most a minute. Bring back what does not answer, or stop the service.",
                now));
    }
}
