package dev.slipway.formats.service;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.service.InferType;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Service-level fields that are stored as sent, for show-service and for entries without a pool. */
public final class ServiceExtras {

    private static final List<String> AT_CREATION =
            List.of("cluster_id", "pool_name", "load_balancer_policy", "additional_properties");
    private static final List<String> IN_CHANGES = List.of("load_balancer_policy", "additional_properties");

    private final JsonValue.JsonObject kept;
    private final @Nullable Invalid notOfBatch;

    private ServiceExtras(JsonValue.JsonObject kept, @Nullable Invalid notOfBatch) {
        this.kept = kept;
        this.notOfBatch = notOfBatch;
    }

    /** Reads what {@link #toJson} wrote. */
    static ServiceExtras parse(String json) {
        return new ServiceExtras(SentEntry.parse(json), null);
    }

    static ServiceExtras read(JsonObjectReader body) {
        body.textOrNull(ServiceShapes.CLUSTER);
        body.textOrNull(ServiceShapes.POOL);
        return checked(body, AT_CREATION);
    }

    static ServiceExtras readChange(JsonObjectReader body) {
        return checked(body, IN_CHANGES);
    }

    /** The pool of entries without one: pool_name, or else cluster_id. */
    @Nullable
    String poolOrNull() {
        JsonObjectReader reader = JsonObjectReader.of(kept);
        String name = reader.textOrNull(ServiceShapes.POOL);
        return name == null ? reader.textOrNull(ServiceShapes.CLUSTER) : name;
    }

    /**
     * These, for a service of that type.
     *
     * @throws Invalid if they name what such a service does not have
     */
    ServiceExtras of(InferType type) {
        if (type == InferType.BATCH && notOfBatch != null) {
            throw notOfBatch;
        }
        return this;
    }

    /** Merges these over the stored ones. */
    String over(String before) {
        return JsonMerge.over(SentEntry.parse(before), kept).toJson();
    }

    String toJson() {
        return kept.toJson();
    }

    private static ServiceExtras checked(JsonObjectReader body, List<String> names) {
        body.notBuiltYet(ServiceShapes.BALANCING);
        JsonObjectReader properties = body.objectOrNull(ServiceShapes.PROPERTIES);
        List<String> headers = List.of();
        Invalid notOfBatch = null;
        if (properties != null) {
            ServiceShapes.PROPERTIES_NOT_BUILT.forEach(properties::notBuiltYet);
            headers = properties.texts(ServiceShapes.RESPONSE_HEADERS);
            properties.refuseUnknownFields();
            notOfBatch = headers.isEmpty()
                    ? null
                    : properties.problem(
                            ServiceShapes.RESPONSE_HEADERS.name(),
                            "only a real-time service answers callers, leave it out");
        }
        Map<String, JsonValue> kept = new LinkedHashMap<>();
        for (String name : names) {
            JsonValue value = body.valueOrNull(name);
            if (name.equals(ServiceShapes.PROPERTIES.name()) && properties != null) {
                kept.put(name, plain(properties.object(), headers));
            } else if (value != null && !value.isEmpty()) {
                kept.put(name, value);
            }
        }
        return new ServiceExtras(new JsonValue.JsonObject(body.object().place(), kept), notOfBatch);
    }

    /** Without JSON text in strings: routes are rendered from the list of headers. */
    private static JsonValue plain(JsonValue.JsonObject properties, List<String> headers) {
        Map<String, JsonValue> fields = new LinkedHashMap<>(properties.fields());
        String name = ServiceShapes.RESPONSE_HEADERS.name();
        fields.computeIfPresent(
                name,
                (same, sent) -> new JsonValue.JsonArray(
                        sent.place(),
                        headers.stream()
                                .<JsonValue>map(header -> new JsonValue.JsonText(sent.place(), header))
                                .toList()));
        return new JsonValue.JsonObject(properties.place(), fields);
    }
}
