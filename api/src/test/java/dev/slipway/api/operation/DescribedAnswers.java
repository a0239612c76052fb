package dev.slipway.api.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** Holds answers to the description: every field is described, and every required one is there. */
public final class DescribedAnswers {

    private final JsonNode document;

    /** @param document as {@code /openapi.json} answers it */
    public DescribedAnswers(JsonNode document) {
        this.document = document;
    }

    /** Passes over calls that the description does not have. */
    public void check(String method, String pathAndQuery, int status, JsonNode body) {
        String path = pathAndQuery.split("\\?", 2)[0];
        Operations.all().stream()
                .filter(operation -> operation.isBuilt()
                        && operation.method().equals(method)
                        && operation.paths().matcher(path).matches())
                .findFirst()
                .ifPresent(operation -> check(operation, status, body));
    }

    private void check(Operation operation, int status, JsonNode body) {
        JsonNode responses = document.path("paths")
                .path(operation.path())
                .path(operation.method().toLowerCase(Locale.ROOT))
                .path("responses");
        String key = responses.has(Integer.toString(status)) ? Integer.toString(status) : "default";
        assertThat(status < 400).as("%s %d %s", operation.id(), status, body).isEqualTo(!key.equals("default"));
        JsonNode content = responses.path(key).path("content");
        assertThat(body.isMissingNode()).as(operation.id()).isEqualTo(content.isMissingNode());
        check(content.path("application/json").path("schema"), body, operation.id());
    }

    private void check(JsonNode unresolved, JsonNode value, String place) {
        JsonNode schema = resolved(unresolved);
        if (schema.has("items")) {
            assertThat(value.isArray()).as(place).isTrue();
            value.forEach(element -> check(schema.path("items"), element, place + "[]"));
            return;
        }
        assertThat(hasType(schema.path("type").asString(""), value))
                .as("%s: expected %s, found %s", place, schema.path("type"), value)
                .isTrue();
        if (!schema.has("properties")) {
            return;
        }
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.stringValue()));
        assertThat(value.propertyNames()).as(place + " in " + value).containsAll(required);
        for (String name : value.propertyNames()) {
            assertThat(schema.path("properties").has(name))
                    .as(place + "." + name)
                    .isTrue();
            check(schema.path("properties").path(name), value.path(name), place + "." + name);
        }
    }

    private JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty()
                ? schema
                : Objects.requireNonNull(document.path("components")
                        .path("schemas")
                        .get(reference.substring(reference.lastIndexOf('/') + 1)));
    }

    private static boolean hasType(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "boolean" -> value.isBoolean();
            case "integer" -> value.isIntegralNumber();
            default -> true;
        };
    }
}
