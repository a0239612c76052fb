package dev.slipway.formats.model;

import dev.slipway.formats.json.JsonValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rule by which a row of a table becomes a request, when each value of the schema takes the next column. */
final class DefaultMapping {

    private int next;
    private boolean fits = true;

    private DefaultMapping() {}

    /** JSON text of a mapping rule; null if the schema is none of an object with values, or has a file. */
    static @Nullable String of(@Nullable JsonValue schema) {
        if (!(schema instanceof JsonValue.JsonObject object)
                || !ExampleBody.type(object).equals("object")) {
            return null;
        }
        DefaultMapping mapping = new DefaultMapping();
        StringBuilder out = new StringBuilder();
        mapping.write(object, out);
        return mapping.fits && mapping.next > 0 ? out.toString() : null;
    }

    private void write(JsonValue value, StringBuilder out) {
        if (!(value instanceof JsonValue.JsonObject schema)) {
            fits = false;
            return;
        }
        String type = ExampleBody.type(schema);
        switch (type) {
            case "object" -> {
                out.append("{\"type\":\"object\",\"properties\":{");
                String separator = "";
                for (Map.Entry<String, JsonValue> property :
                        ExampleBody.properties(schema).entrySet()) {
                    out.append(separator)
                            .append(JsonValue.quoted(property.getKey()))
                            .append(':');
                    write(property.getValue(), out);
                    separator = ",";
                }
                out.append("}}");
            }
            case "array" -> {
                JsonValue items = SchemaReader.part(schema, "items");
                List<JsonValue> elements = items instanceof JsonValue.JsonArray several
                        ? several.elements()
                        : items == null ? List.of() : List.of(items);
                out.append("{\"type\":\"array\",\"items\":[");
                String separator = "";
                for (JsonValue element : elements) {
                    out.append(separator);
                    write(element, out);
                    separator = ",";
                }
                out.append("]}");
            }
            case "string", "number", "integer", "boolean" ->
                out.append("{\"type\":\"%s\",\"index\":%d}".formatted(type, next++));
            default -> fits = false;
        }
    }
}
