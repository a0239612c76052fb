package dev.slipway.api.operation;

import dev.slipway.formats.field.Field;
import dev.slipway.formats.field.Presence;
import dev.slipway.formats.field.Shape;
import dev.slipway.formats.field.TextRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON schemas of the bodies that are read, each {@link Shape} under its name. A schema takes what the reader takes, except that it cannot
 * see into JSON text in a string, nor compare fields with each other or with what is stored.
 */
final class ShapeSchemas {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private final Map<String, ObjectNode> schemas = new TreeMap<>();
    private final Map<String, Shape> known = new TreeMap<>();

    /** All that were referred to, by name. */
    Map<String, ObjectNode> all() {
        return schemas;
    }

    /** The schema of an object that has one of these shapes. */
    ObjectNode of(List<Shape> shapes) {
        if (shapes.size() == 1) {
            return JSON.objectNode().put("$ref", "#/components/schemas/" + named(shapes.getFirst()));
        }
        ObjectNode several = JSON.objectNode();
        ArrayNode choices = several.putArray("anyOf");
        shapes.forEach(shape -> choices.add(of(List.of(shape))));
        return several;
    }

    private String named(Shape shape) {
        Shape before = known.put(shape.name(), shape);
        if (before == null) {
            ObjectNode schema = JSON.objectNode();
            schemas.put(shape.name(), schema);
            describe(shape, schema);
        } else if (!before.equals(shape)) {
            throw new IllegalStateException("two shapes have the name '%s'".formatted(shape.name()));
        }
        return shape.name();
    }

    private void describe(Shape shape, ObjectNode schema) {
        schema.put("type", "object");
        ArrayNode required = JSON.arrayNode();
        ObjectNode properties = JSON.objectNode();
        for (Field field : shape.fields()) {
            properties.set(field.name(), schema(field));
            if (field.presence() == Presence.REQUIRED) {
                required.add(field.name());
            }
        }
        if (!properties.isEmpty()) {
            schema.set("properties", properties);
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (!shape.isOpen()) {
            schema.put("additionalProperties", false);
        }
        if (!shape.needs().isEmpty()) {
            ArrayNode choices = schema.putArray("anyOf");
            shape.needs().forEach(names -> choices.add(having(names)));
        }
    }

    /** Those fields, neither null nor empty. */
    private static ObjectNode having(Set<String> names) {
        ObjectNode schema = JSON.objectNode();
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        names.stream().sorted().forEach(name -> {
            properties
                    .putObject(name)
                    .putObject("not")
                    .putArray("enum")
                    .addNull()
                    .add("");
            required.add(name);
        });
        return schema;
    }

    private ObjectNode schema(Field field) {
        return switch (field) {
            case Field.Text text -> text(text);
            case Field.Whole whole ->
                orPattern("integer", whole.presence(), whole.pattern())
                        .put("minimum", whole.least())
                        .put("maximum", whole.most());
            case Field.Decimal decimal ->
                orPattern("number", decimal.presence(), decimal.pattern())
                        .put(decimal.isAboveZero() ? "exclusiveMinimum" : "minimum", 0)
                        .put("maximum", decimal.most());
            case Field.Truth truth -> orPattern("boolean", truth.presence(), truth.pattern());
            case Field.Structure structure -> orText(structure.presence(), of(List.of(structure.shape())));
            case Field.Array array -> orText(array.presence(), elements(array));
            case Field.Texts texts -> texts(texts);
            case Field.TextMap map -> map(map);
            case Field.Unused unused -> unused(unused);
            case Field.Fixed ignored ->
                JSON.objectNode().put("description", "Cannot be changed.").put("type", "null");
            case Field.Anything ignored -> JSON.objectNode();
        };
    }

    private static ObjectNode text(Field.Text text) {
        ObjectNode schema = JSON.objectNode();
        TextRule rule = text.rule();
        if (rule != null) {
            schema.put("description", sentence(rule.words()));
        }
        type(schema, text.presence(), "string");
        if (text.presence() != Presence.OPTIONAL) {
            schema.put("minLength", 1);
        }
        if (rule != null) {
            schema.put("pattern", whole(text.presence(), rule.pattern()));
        }
        if (!text.choices().isEmpty()) {
            ArrayNode choices = schema.putArray("enum");
            text.choices().forEach(choices::add);
            nothing(text.presence(), choices);
        }
        return schema;
    }

    /** {@code expected 1 to 3} becomes {@code 1 to 3.} */
    private static String sentence(String words) {
        String text = words.replaceFirst("^expected ", "");
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private static ObjectNode orPattern(String kind, Presence presence, Pattern texts) {
        ObjectNode schema = JSON.objectNode();
        type(schema, presence, kind, "string");
        schema.put("pattern", whole(presence, texts));
        return schema;
    }

    private ObjectNode elements(Field.Array array) {
        ObjectNode schema = JSON.objectNode().put("type", "array");
        schema.set("items", of(array.shapes()));
        if (array.least() > 0) {
            schema.put("minItems", array.least());
        }
        if (array.most() != Field.Array.ANY_NUMBER) {
            schema.put("maxItems", array.most());
        }
        return schema;
    }

    private static ObjectNode texts(Field.Texts texts) {
        ObjectNode array = JSON.objectNode().put("type", "array");
        ArrayNode choices = array.putObject("items").putArray("enum");
        texts.choices().forEach(choices::add);
        ObjectNode bare = JSON.objectNode();
        type(bare, texts.presence(), "string");
        bare.put("pattern", whole(texts.presence(), texts.pattern()));
        return either(array, bare);
    }

    private static ObjectNode map(Field.TextMap map) {
        ObjectNode object = JSON.objectNode().put("type", "object");
        object.putObject("propertyNames")
                .put("pattern", whole(Presence.REQUIRED, map.names().pattern()));
        object.putObject("additionalProperties")
                .putArray("type")
                .add("string")
                .add("number")
                .add("boolean");
        return orText(map.presence(), object);
    }

    private static ObjectNode unused(Field.Unused unused) {
        ObjectNode schema = JSON.objectNode().put("description", "Has no effect: leave it out.");
        ArrayNode values = schema.putArray("enum").addNull().add("");
        values.addArray();
        values.addObject();
        unused.defaults().forEach(each -> values.add(MAPPER.readTree(each)));
        return schema;
    }

    /** The value itself, or its JSON text. */
    private static ObjectNode orText(Presence presence, ObjectNode value) {
        ObjectNode text = JSON.objectNode().put("description", "The same as JSON text.");
        type(text, presence, "string");
        text.put("contentMediaType", "application/json").set("contentSchema", value.deepCopy());
        if (presence == Presence.REQUIRED) {
            text.put("pattern", "[^ \\t\\r\\n]");
        }
        return either(value, text);
    }

    private static ObjectNode either(ObjectNode one, ObjectNode other) {
        ObjectNode schema = JSON.objectNode();
        schema.putArray("anyOf").add(one).add(other);
        return schema;
    }

    private static void type(ObjectNode schema, Presence presence, String... types) {
        List<String> all = new ArrayList<>(List.of(types));
        if (presence != Presence.REQUIRED) {
            all.add("null");
        }
        if (all.size() == 1) {
            schema.put("type", all.getFirst());
            return;
        }
        ArrayNode names = schema.putArray("type");
        all.forEach(names::add);
    }

    private static void nothing(Presence presence, ArrayNode choices) {
        if (presence == Presence.OPTIONAL) {
            choices.add("");
        }
        if (presence != Presence.REQUIRED) {
            choices.addNull();
        }
    }

    private static String whole(Presence presence, Pattern pattern) {
        return "^(?:%s%s)$".formatted(presence == Presence.OPTIONAL ? "|" : "", pattern.pattern());
    }
}
