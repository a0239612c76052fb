package dev.slipway.domain.event;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps events. What belongs to a command is written in the command's own transaction, not here. */
public interface EventStore {

    /** Writes the event; nothing happens if one of the same subject and key stands. */
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

    /** Which events, and where to begin; null means any. */
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
