package dev.slipway.api.service;

import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.EventType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Query strings of the service calls. Unknown parameters are ignored: clients send them. */
final class ServiceQueries {

    private static final int LONGEST_PAGE = 1000;

    private ServiceQueries() {}

    /** Empty where a filter names something that no service can be. */
    static Optional<ServiceStore.ServiceQuery> services(Map<String, String> query) {
        String status = text(query, "status");
        String inferType = text(query, "infer_type");
        Optional<ServiceState> state = state(status);
        Optional<InferType> type = inferType == null ? Optional.empty() : InferType.ofWireName(inferType);
        if ((status != null && state.isEmpty()) || (inferType != null && type.isEmpty())) {
            return Optional.empty();
        }
        String sortBy = text(query, "sort_by");
        return Optional.of(new ServiceStore.ServiceQuery(
                text(query, "service_id"),
                text(query, "service_name"),
                null,
                text(query, "model_id"),
                text(query, "workspace_id"),
                type.orElse(null),
                state.orElse(null),
                sortBy == null ? "publish_at" : sortBy,
                isAscending(query),
                offset(query),
                limit(query)));
    }

    static EventStore.EventQuery events(Map<String, String> query) {
        String type = text(query, "event_type");
        return new EventStore.EventQuery(
                type == null ? null : eventType(type),
                text(query, "event_info"),
                instant(query, "start_time"),
                instant(query, "end_time"),
                offset(query),
                limit(query),
                isAscending(query));
    }

    /** Records to skip: clients count records, not pages. */
    static int offset(Map<String, String> query) {
        return number(query, "offset", 0, Integer.MAX_VALUE);
    }

    static int limit(Map<String, String> query) {
        return Math.min(number(query, "limit", LONGEST_PAGE, Integer.MAX_VALUE), LONGEST_PAGE);
    }

    static @Nullable Instant instant(Map<String, String> query, String name) {
        String text = text(query, name);
        if (text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "query parameter '%s': expected milliseconds since 1970, found '%s'".formatted(name, text));
        }
        return Instant.ofEpochMilli(Long.parseLong(text));
    }

    private static EventType eventType(String text) {
        return Arrays.stream(EventType.values())
                .filter(type -> type.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new Invalid(
                        ErrorCode.PARAMETER,
                        "query parameter 'event_type': expected normal or abnormal, found '%s'".formatted(text)));
    }

    private static Optional<ServiceState> state(@Nullable String status) {
        return Arrays.stream(ServiceState.values())
                .filter(state -> state.wireName().equals(status))
                .findFirst();
    }

    private static boolean isAscending(Map<String, String> query) {
        return "asc".equalsIgnoreCase(text(query, "order"));
    }

    private static int number(Map<String, String> query, String name, int fallback, int most) {
        String text = text(query, name);
        if (text == null) {
            return fallback;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "query parameter '%s': expected a whole number from 0 on, found '%s'".formatted(name, text));
        }
        return Math.min(Integer.parseInt(text), most);
    }

    private static @Nullable String text(Map<String, String> query, String name) {
        String text = query.get(name);
        return text == null || text.isBlank() ? null : text;
    }
}
