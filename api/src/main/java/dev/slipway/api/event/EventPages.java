package dev.slipway.api.event;

import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.EventType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Pages of events (wire contract 3.9), with cause and advice beside the guide's text. */
@Component
public class EventPages {

    private static final List<String> EVENT_TYPES = Arrays.stream(EventType.values())
            .map(type -> type.name().toLowerCase(Locale.ROOT))
            .toList();

    private final EventStore events;

    EventPages(EventStore events) {
        this.events = events;
    }

    /** Puts the events of the subject that the query asks for, and their counts, into the body. */
    public Map<String, Object> addTo(Map<String, Object> body, String subject, ListQuery query) {
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
        body.put("total_count", page.total());
        body.put("count", page.events().size());
        body.put("events", page.events().stream().map(EventPages::event).toList());
        return body;
    }

    private static Map<String, Object> event(Event event) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("event_type", event.type().name().toLowerCase(Locale.ROOT));
        body.put("event_info", event.info());
        body.put("occur_time", event.occurredAt().toEpochMilli());
        String cause = event.cause();
        if (cause != null) {
            body.put("cause", cause);
        }
        String advice = event.advice();
        if (advice != null) {
            body.put("advice", advice);
        }
        return body;
    }
}
