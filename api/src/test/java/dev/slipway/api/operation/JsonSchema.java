package dev.slipway.api.operation;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Validates by the keywords of JSON Schema 2020-12 that the description of the API has; fails for any other. */
final class JsonSchema {

    private static final Set<String> NOTES =
            Set.of("description", "contentMediaType", "contentSchema", "format", "$ref", "additionalProperties");
    private final JsonNode document;

    JsonSchema(JsonNode document) {
        this.document = document;
    }

    boolean allows(JsonNode unresolved, JsonNode value) {
        JsonNode schema = resolved(unresolved);
        return schema.properties().stream()
                .allMatch(keyword -> allows(schema, keyword.getKey(), keyword.getValue(), value));
    }

    JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : Objects.requireNonNull(document.at(reference.substring(1)));
    }

    private boolean allows(JsonNode schema, String keyword, JsonNode wanted, JsonNode value) {
        return switch (keyword) {
            case "type" ->
                wanted.isString()
                        ? hasType(wanted.stringValue(), value)
                        : stream(wanted).anyMatch(type -> hasType(type.stringValue(), value));
            case "enum" -> stream(wanted).anyMatch(value::equals);
            case "pattern" ->
                !value.isString()
                        || Pattern.compile(wanted.stringValue())
                                .matcher(value.stringValue())
                                .find();
            case "minLength" -> !value.isString() || value.stringValue().length() >= wanted.intValue();
            case "minimum" -> !value.isNumber() || number(value).compareTo(number(wanted)) >= 0;
            case "exclusiveMinimum" -> !value.isNumber() || number(value).compareTo(number(wanted)) > 0;
            case "maximum" -> !value.isNumber() || number(value).compareTo(number(wanted)) <= 0;
            case "minItems" -> !value.isArray() || value.size() >= wanted.intValue();
            case "maxItems" -> !value.isArray() || value.size() <= wanted.intValue();
            case "items" -> !value.isArray() || stream(value).allMatch(element -> allows(wanted, element));
            case "required" -> !value.isObject() || stream(wanted).allMatch(name -> value.has(name.stringValue()));
            case "properties" ->
                !value.isObject()
                        || value.properties().stream()
                                .allMatch(each -> wanted.has(each.getKey())
                                        ? allows(wanted.path(each.getKey()), each.getValue())
                                        : allowsOther(schema.path("additionalProperties"), each.getValue()));
            case "additionalProperties" ->
                schema.has("properties")
                        || !value.isObject()
                        || stream(value).allMatch(each -> allowsOther(wanted, each));
            case "propertyNames" ->
                !value.isObject()
                        || value.propertyNames().stream().allMatch(name -> allows(wanted, StringNode.valueOf(name)));
            case "anyOf" -> stream(wanted).anyMatch(each -> allows(each, value));
            case "not" -> !allows(wanted, value);
            default -> {
                if (!NOTES.contains(keyword)) {
                    throw new AssertionError("keyword '%s' is not known here".formatted(keyword));
                }
                yield true;
            }
        };
    }

    private boolean allowsOther(JsonNode additional, JsonNode value) {
        return additional.isMissingNode()
                || (additional.isBoolean() ? additional.booleanValue() : allows(additional, value));
    }

    private static boolean hasType(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            case "number" -> value.isNumber();
            case "integer" ->
                value.isNumber() && number(value).stripTrailingZeros().scale() <= 0;
            default -> throw new AssertionError("type '%s'".formatted(type));
        };
    }

    private static BigDecimal number(JsonNode value) {
        return value.decimalValue();
    }

    private static Stream<JsonNode> stream(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false);
    }
}
