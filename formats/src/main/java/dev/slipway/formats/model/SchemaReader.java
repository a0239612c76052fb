package dev.slipway.formats.model;

import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonValue;
import dev.slipway.formats.json.NearestName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the JSON schema of a request or response, and finds its parts, also under the names that people often write by mistake. */
final class SchemaReader {

    /** Of JSON schema, the file of the guide, and those that the guide's tables and public packages name besides. */
    private static final List<String> TYPES = List.of(
            "object",
            "array",
            "string",
            "number",
            "integer",
            "boolean",
            "null",
            "file",
            "int",
            "long",
            "float",
            "double",
            "bool",
            "date",
            "timestamp",
            "any");

    /** Each is near no other key of JSON schema. */
    private static final Map<String, List<String>> MISTAKES = Map.of(
            "properties", List.of("roperties", "propertys", "propertis", "properites", "propeties", "property"),
            "items", List.of("item"));

    private SchemaReader() {}

    /** Tells what is wrong with a schema; the reader of the document limits its depth. */
    static void check(JsonValue schema, Findings findings) {
        if (!(schema instanceof JsonValue.JsonObject object)) {
            ConfigRule.SCHEMA_FORM.tell(findings, schema.place(), schema.description());
            return;
        }
        if (object.get("type") == null && part(object, "properties") == null && hasSchemas(object)) {
            ConfigRule.SCHEMA_BARE.tell(findings, object.place());
            object.fields().values().forEach(inner -> checkPart(inner, findings));
            return;
        }
        checkPart(object, findings);
    }

    private static boolean hasSchemas(JsonValue.JsonObject object) {
        return object.fields().values().stream()
                .anyMatch(value -> value instanceof JsonValue.JsonObject inner && inner.get("type") != null);
    }

    private static void checkPart(JsonValue value, Findings findings) {
        if (!(value instanceof JsonValue.JsonObject schema)) {
            return;
        }
        tellOfKeys(schema, findings);
        JsonValue type = schema.get("type");
        if (type != null) {
            checkType(type, findings);
        }
        Map<String, JsonValue> properties = properties(schema, findings);
        checkRequired(schema.get("required"), properties.keySet(), findings);
        JsonValue items = part(schema, "items");
        switch (items) {
            case null -> {}
            case JsonValue.JsonObject one -> checkPart(one, findings);
            case JsonValue.JsonArray several -> several.elements().forEach(each -> checkItem(each, findings));
            case JsonValue.JsonBoolean ignored -> {}
            case JsonValue.JsonNull ignored -> {}
            case JsonValue.JsonText other -> ConfigRule.SCHEMA_ITEMS.tell(findings, other.place(), other.description());
            case JsonValue.JsonNumber other ->
                ConfigRule.SCHEMA_ITEMS.tell(findings, other.place(), other.description());
        }
    }

    private static void checkItem(JsonValue item, Findings findings) {
        if (item instanceof JsonValue.JsonObject) {
            checkPart(item, findings);
        } else {
            ConfigRule.SCHEMA_ITEMS.tell(findings, item.place(), item.description());
        }
    }

    private static Map<String, JsonValue> properties(JsonValue.JsonObject schema, Findings findings) {
        JsonValue properties = part(schema, "properties");
        if (properties == null || properties instanceof JsonValue.JsonNull) {
            return Map.of();
        }
        if (properties instanceof JsonValue.JsonText) {
            // the schema as JSON text within, which some clients send
            return Map.of();
        }
        if (!(properties instanceof JsonValue.JsonObject object)) {
            ConfigRule.SCHEMA_PROPERTIES.tell(findings, properties.place(), properties.description());
            return Map.of();
        }
        for (JsonValue property : object.fields().values()) {
            if (property instanceof JsonValue.JsonObject) {
                checkPart(property, findings);
            } else if (!(property instanceof JsonValue.JsonBoolean)) {
                ConfigRule.SCHEMA_PROPERTY.tell(findings, property.place(), property.description());
            }
        }
        return object.fields();
    }

    private static void checkType(JsonValue type, Findings findings) {
        switch (type) {
            case JsonValue.JsonText text -> checkName(text, findings);
            case JsonValue.JsonArray several -> several.elements().forEach(each -> checkType(each, findings));
            case JsonValue.JsonNull ignored -> {}
            case JsonValue.JsonObject ignored -> {
                // a property with the name type
                checkPart(type, findings);
            }
            case JsonValue.JsonNumber other ->
                ConfigRule.SCHEMA_TYPE_FORM.tell(findings, other.place(), other.description());
            case JsonValue.JsonBoolean other ->
                ConfigRule.SCHEMA_TYPE_FORM.tell(findings, other.place(), other.description());
        }
    }

    private static void checkName(JsonValue.JsonText text, Findings findings) {
        String name = text.value();
        if (TYPES.contains(name) || name.isEmpty()) {
            return;
        }
        String nearest = NearestName.of(name, TYPES).orElse("");
        if (nearest.equals("file") || name.equals("files")) {
            ConfigRule.SCHEMA_TYPE_OF_FILE.tell(findings, text.place(), name);
            return;
        }
        ConfigRule.SCHEMA_TYPE.tell(
                findings, text.place(), name, nearest.isEmpty() ? "" : ", did you mean '%s'?".formatted(nearest));
    }

    private static void checkRequired(@Nullable JsonValue required, Set<String> properties, Findings findings) {
        if (required instanceof JsonValue.JsonArray names) {
            for (JsonValue name : names.elements()) {
                if (name instanceof JsonValue.JsonText text && !properties.contains(text.value())) {
                    ConfigRule.SCHEMA_REQUIRED.tell(findings, name.place(), text.value());
                }
            }
        } else if (required != null
                && !(required instanceof JsonValue.JsonBoolean)
                && !(required instanceof JsonValue.JsonNull)) {
            ConfigRule.SCHEMA_REQUIRED_FORM.tell(findings, required.place(), required.description());
        }
    }

    private static void tellOfKeys(JsonValue.JsonObject schema, Findings findings) {
        MISTAKES.forEach((right, mistakes) -> {
            if (schema.get(right) == null) {
                for (String mistake : mistakes) {
                    JsonValue found = schema.get(mistake);
                    if (found instanceof JsonValue.JsonObject || found instanceof JsonValue.JsonArray) {
                        ConfigRule.SCHEMA_KEY.tell(findings, found.place(), right);
                    }
                }
            }
        });
    }

    /** The value of that key of JSON schema, also where it is misspelt; null if there is none. */
    static @Nullable JsonValue part(JsonValue.JsonObject schema, String key) {
        JsonValue right = schema.get(key);
        if (right != null) {
            return right;
        }
        return MISTAKES.getOrDefault(key, List.of()).stream()
                .map(schema::get)
                .filter(found -> found instanceof JsonValue.JsonObject || found instanceof JsonValue.JsonArray)
                .findFirst()
                .orElse(null);
    }
}
