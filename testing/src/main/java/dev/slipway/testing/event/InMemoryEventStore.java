package dev.slipway.testing.event;

import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Events in memory. It does not distinguish kinds of subjects, so {@link #removeOlderThan} removes from all. Safe for use by many threads.
 */
public final class InMemoryEventStore implements EventStore {

    private final Map<String, Event> events = new LinkedHashMap<>();

    /** The texts of a subject in the order they were written. */
    public synchronized List<String> texts(String subject) {
        return of(subject).stream().map(Event::info).toList();
    }

    /** The events of a subject in the order they were written. */
    public synchronized List<Event> of(String subject) {
        return events.values().stream()
                .filter(event -> event.subject().equals(subject))
                .toList();
    }

    @Override
    public synchronized void record(Event event) {
        events.putIfAbsent(event.subject() + "\n" + event.key(), event);
    }

    @Override
    public synchronized EventPage list(String subject, EventQuery query) {
        Comparator<Event> order = Comparator.comparing(Event::occurredAt);
        List<Event> matching = of(subject).stream()
                .filter(event -> matches(event, query))
                .sorted(query.ascending() ? order : order.reversed())
                .toList();
        return new EventPage(
                matching.stream().skip(query.offset()).limit(query.limit()).toList(), matching.size());
    }

    private static boolean matches(Event event, EventQuery query) {
        @Nullable String part = query.infoContains();
        @Nullable Instant from = query.from();
        @Nullable Instant to = query.to();
        return (query.type() == null || query.type() == event.type())
                && (part == null || event.info().toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)))
                && (from == null || !event.occurredAt().isBefore(from))
                && (to == null || !event.occurredAt().isAfter(to));
    }

    @Override
    public synchronized int removeOlderThan(EventSubject subject, Instant before, int limit) {
        List<String> old = events.entrySet().stream()
                .filter(entry -> entry.getValue().occurredAt().isBefore(before))
                .map(Map.Entry::getKey)
                .limit(limit)
                .toList();
        old.forEach(events::remove);
        return old.size();
    }
}
