package dev.slipway.formats.service;

import dev.slipway.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** Lays the fields of one object over those of another. */
final class JsonMerge {

    private JsonMerge() {}

    /** The fields of {@code below} with those of {@code above}, which win unless they are null; the order is that of {@code below}. */
    static JsonValue.JsonObject over(JsonValue.JsonObject below, JsonValue.JsonObject above) {
        Map<String, JsonValue> fields = new LinkedHashMap<>(below.fields());
        above.fields().forEach((name, value) -> {
            if (!(value instanceof JsonValue.JsonNull)) {
                fields.put(name, value);
            }
        });
        return new JsonValue.JsonObject(above.place(), fields);
    }
}
