package dev.slipway.api.event;

import dev.slipway.api.query.ListQuery;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Pages of events (wire contract 3.9), with cause and advice beside the guide's text. */
@Component
public class EventPages {

    private final EventStore events;

    EventPages(EventStore events) {
        this.events = events;
    }

    /** Puts the events of the subject that the query asks for, and their counts, into the body. */
    public Map<String, Object> addTo(Map<String, Object> body, String subject, Map<String, String> parameters) {
        ListQuery query = new ListQuery(parameters);
        String type = query.text("event_type");
        EventStore.EventPage page = events.list(
                subject,
                new EventStore.EventQuery(
                        type == null ? null : eventType(type),
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

    private static EventType eventType(String text) {
        return Arrays.stream(EventType.values())
                .filter(type -> type.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new Invalid(
                        ErrorCode.PARAMETER,
                        "query parameter 'event_type': expected normal or abnormal, found '%s'".formatted(text)));
    }
}
