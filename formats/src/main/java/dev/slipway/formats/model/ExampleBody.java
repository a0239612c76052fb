package dev.slipway.formats.model;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a request that fits a JSON schema. */
final class ExampleBody {

    private static final int MOST_ELEMENTS = 8;

    private ExampleBody() {}

    /** JSON text, with apostrophes escaped, so that it can stand between them; {@code {}} without a schema. */
    static String of(@Nullable JsonValue schema) {
        StringBuilder out = new StringBuilder();
        if (schema instanceof JsonValue.JsonObject object) {
            write(object, out);
        } else {
            out.append("{}");
        }
        return out.toString().replace("'", "\\u0027");
    }

    /** The names of the properties of type file, and of arrays of files, in order. */
    static List<String> files(@Nullable JsonValue schema) {
        List<String> files = new ArrayList<>();
        properties(schema).forEach((name, property) -> {
            if (isFile(property)) {
                files.add(name);
            }
        });
        return files;
    }

    /** The other properties, with the example of each as text. */
    static Map<String, String> fields(@Nullable JsonValue schema) {
        Map<String, String> fields = new LinkedHashMap<>();
        properties(schema).forEach((name, property) -> {
            if (!isFile(property)) {
                StringBuilder out = new StringBuilder();
                write(property, out);
                String text = out.toString();
                fields.put(name, text.startsWith("\"") ? text.substring(1, text.length() - 1) : text);
            }
        });
        return fields;
    }

    private static boolean isFile(JsonValue property) {
        if (!(property instanceof JsonValue.JsonObject schema)) {
            return false;
        }
        String type = type(schema);
        if (type.equals("array")) {
            JsonValue items = SchemaReader.part(schema, "items");
            return items instanceof JsonValue.JsonArray several
                    ? several.elements().stream().anyMatch(ExampleBody::isFile)
                    : items != null && isFile(items);
        }
        return type.equals("file");
    }

    /** The properties of a schema; also where they stand without one around them. */
    static Map<String, JsonValue> properties(@Nullable JsonValue schema) {
        if (!(schema instanceof JsonValue.JsonObject object)) {
            return Map.of();
        }
        JsonValue properties = structure(SchemaReader.part(object, "properties"));
        if (properties instanceof JsonValue.JsonObject named) {
            return named.fields();
        }
        boolean isBare = object.get("type") == null
                && object.fields().values().stream()
                        .anyMatch(value -> value instanceof JsonValue.JsonObject inner && inner.get("type") != null);
        return isBare ? object.fields() : Map.of();
    }

    private static @Nullable JsonValue structure(@Nullable JsonValue value) {
        if (!(value instanceof JsonValue.JsonText text)) {
            return value;
        }
        try {
            return JsonDocument.read(JsonSource.named("schema", ErrorCode.CONFIG_UNSUPPORTED), text.value());
        } catch (Invalid noJson) {
            return null;
        }
    }

    /** The type of a schema, in JSON schema's words; that of its parts where it names none. */
    static String type(JsonValue.JsonObject schema) {
        JsonValue type = schema.get("type");
        if (type instanceof JsonValue.JsonArray several && !several.elements().isEmpty()) {
            type = several.elements().getFirst();
        }
        String name = type instanceof JsonValue.JsonText text ? text.value() : "";
        return switch (name) {
            case "int", "long", "timestamp" -> "integer";
            case "float", "double" -> "number";
            case "bool" -> "boolean";
            case "" ->
                !properties(schema).isEmpty()
                        ? "object"
                        : SchemaReader.part(schema, "items") != null ? "array" : "string";
            case "object", "array", "string", "number", "integer", "boolean", "file", "null" -> name;
            default -> "string";
        };
    }

    private static void write(JsonValue value, StringBuilder out) {
        if (!(value instanceof JsonValue.JsonObject schema)) {
            out.append("null");
            return;
        }
        JsonValue given = given(schema);
        if (given != null) {
            out.append(given.toJson());
            return;
        }
        switch (type(schema)) {
            case "object" -> writeObject(schema, out);
            case "array" -> writeArray(schema, out);
            case "number" -> out.append(number(schema, "0.5"));
            case "integer" -> out.append(number(schema, "1"));
            case "boolean" -> out.append("true");
            case "null" -> out.append("null");
            default -> out.append("\"text\"");
        }
    }

    private static @Nullable JsonValue given(JsonValue.JsonObject schema) {
        for (String key : List.of("example", "default", "const")) {
            JsonValue given = schema.get(key);
            if (given != null) {
                return given;
            }
        }
        for (String key : List.of("examples", "enum")) {
            if (schema.get(key) instanceof JsonValue.JsonArray some
                    && !some.elements().isEmpty()) {
                return some.elements().getFirst();
            }
        }
        return null;
    }

    private static String number(JsonValue.JsonObject schema, String usual) {
        return schema.get("minimum") instanceof JsonValue.JsonNumber least ? least.literal() : usual;
    }

    private static void writeObject(JsonValue.JsonObject schema, StringBuilder out) {
        out.append('{');
        String separator = "";
        for (Map.Entry<String, JsonValue> property : properties(schema).entrySet()) {
            out.append(separator).append(JsonValue.quoted(property.getKey())).append(": ");
            write(property.getValue(), out);
            separator = ", ";
        }
        out.append('}');
    }

    private static void writeArray(JsonValue.JsonObject schema, StringBuilder out) {
        JsonValue items = SchemaReader.part(schema, "items");
        List<JsonValue> elements = new ArrayList<>();
        if (items instanceof JsonValue.JsonArray several) {
            elements.addAll(several.elements());
        } else if (items != null) {
            elements.add(items);
        }
        if (elements.size() == 1
                && schema.get("minItems") instanceof JsonValue.JsonNumber least
                && least.isWithin(2, MOST_ELEMENTS)) {
            int count = least.decimal().intValueExact();
            while (elements.size() < count) {
                elements.add(elements.getFirst());
            }
        }
        out.append('[');
        String separator = "";
        for (JsonValue element : elements) {
            out.append(separator);
            write(element, out);
            separator = ", ";
        }
        out.append(']');
    }
}
