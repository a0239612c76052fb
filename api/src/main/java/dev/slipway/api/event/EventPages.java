package dev.slipway.api.event;

import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.event.Origin;
import dev.slipway.formats.event.EventList;
import dev.slipway.formats.event.EventShown;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Pages of events (wire contract 3.9), with cause and advice besides the guide's text. */
public class EventPages {

    private static final List<String> EVENT_TYPES = Arrays.stream(EventType.values())
            .map(type -> type.name().toLowerCase(Locale.ROOT))
            .toList();

    private final EventStore events;

    public EventPages(EventStore events) {
        this.events = events;
    }

    /** The events of the subject that the query asks for. */
    public EventList page(String subject, ListQuery query) {
        String type = query.choice("event_type", EVENT_TYPES);
        query.choice("sort_by", List.of("occur_time"));
        EventStore.EventPage page = events.list(
                subject,
                new EventStore.EventQuery(
                        type == null ? null : EventType.valueOf(type.toUpperCase(Locale.ROOT)),
                        query.text("event_info"),
                        query.instant("start_time"),
                        query.instant("end_time"),
                        query.offset(),
                        query.limit(),
                        query.isAscending()));
        return new EventList(
                page.total(),
                page.events().size(),
                page.events().stream().map(EventPages::shown).toList());
    }

    private static EventShown shown(Event event) {
        Origin origin = event.origin();
        return new EventShown(
                event.type().name().toLowerCase(Locale.ROOT),
                event.info(),
                event.occurredAt().toEpochMilli(),
                event.cause(),
                event.advice(),
                origin == null ? null : origin.user(),
                origin == null ? null : origin.project(),
                origin == null ? null : origin.request());
    }
}
