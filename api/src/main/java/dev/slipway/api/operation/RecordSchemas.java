package dev.slipway.api.operation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.slipway.formats.wire.WireRecord;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON schemas of {@link WireRecord}s, each under its name: a part is required unless it may be null. */
final class RecordSchemas {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private final Map<String, ObjectNode> schemas = new TreeMap<>();

    /** All that were referred to, by name. */
    Map<String, ObjectNode> all() {
        return schemas;
    }

    /** The schema of a type: a reference where it is a record. */
    ObjectNode of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic);
        }
        Class<?> plain = (Class<?>) type;
        if (JsonNode.class.isAssignableFrom(plain)) {
            return JSON.objectNode();
        }
        if (plain.isAnnotationPresent(WireRecord.class)) {
            return JSON.objectNode().put("$ref", "#/components/schemas/" + named(plain));
        }
        return scalar(plain);
    }

    private ObjectNode ofGeneric(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        ObjectNode schema = JSON.objectNode();
        if (type.getRawType().equals(List.class)) {
            schema.put("type", "array").set("items", of(arguments[0]));
        } else if (type.getRawType().equals(Map.class)) {
            schema.put("type", "object").set("additionalProperties", of(arguments[1]));
        } else {
            throw new IllegalStateException("no JSON schema for " + type);
        }
        return schema;
    }

    private static ObjectNode scalar(Class<?> type) {
        ObjectNode schema = JSON.objectNode();
        if (type == String.class) {
            return schema.put("type", "string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return schema.put("type", "boolean");
        }
        if (type == int.class || type == Integer.class) {
            return schema.put("type", "integer").put("format", "int32");
        }
        if (type == long.class || type == Long.class) {
            return schema.put("type", "integer").put("format", "int64");
        }
        if (type == double.class || type == Double.class) {
            return schema.put("type", "number").put("format", "double");
        }
        throw new IllegalStateException("no JSON schema for %s: is it a @WireRecord?".formatted(type));
    }

    private String named(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        String name = outer == null ? type.getSimpleName() : outer.getSimpleName() + "." + type.getSimpleName();
        if (!schemas.containsKey(name)) {
            ObjectNode schema = JSON.objectNode().put("type", "object");
            schemas.put(name, schema);
            ObjectNode properties = JSON.objectNode();
            ArrayNode required = JSON.arrayNode();
            addParts(type, properties, required);
            if (!properties.isEmpty()) {
                schema.set("properties", properties);
            }
            if (!required.isEmpty()) {
                schema.set("required", required);
            }
        }
        return name;
    }

    private void addParts(Class<?> type, ObjectNode properties, ArrayNode required) {
        for (RecordComponent part : type.getRecordComponents()) {
            if (part.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                addParts(part.getType(), properties, required);
                continue;
            }
            String name = nameOf(part);
            properties.set(name, of(part.getGenericType()));
            if (!part.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(name);
            }
        }
    }

    private static String nameOf(RecordComponent part) {
        JsonProperty given = part.getAccessor().getAnnotation(JsonProperty.class);
        return given == null ? part.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT) : given.value();
    }
}
