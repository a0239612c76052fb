package dev.slipway.formats.service;

import dev.slipway.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;

/** Merges the fields of two objects. */
final class JsonMerge {

    private JsonMerge() {}

    /** The fields of {@code below}, replaced by those of {@code above} that are not null, in the order of {@code below}. */
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
