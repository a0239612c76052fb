package dev.slipway.domain.event;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps events. The events of a command are written in the command's own transaction and not here. */
public interface EventStore {

    /** Writes the event, unless there is one of the same subject and key. */
    void record(Event event);

    /** The events of a subject that match, and how many match in all. */
    EventPage list(String subject, EventQuery query);

    /** Removes at most {@code limit} events of models (or of services) older than {@code before}; returns how many. */
    int removeOlderThan(EventSubject subject, Instant before, int limit);

    /** Whose events. */
    enum EventSubject {
        MODEL,
        SERVICE
    }

    /** Which events, and from which position; null means any. */
    record EventQuery(
            @Nullable EventType type,
            @Nullable String infoContains,
            @Nullable Instant from,
            @Nullable Instant to,
            int offset,
            int limit,
            boolean ascending) {}

    /** Events and how many match in all. */
    record EventPage(List<Event> events, long total) {
        public EventPage {
            events = List.copyOf(events);
        }
    }
}
