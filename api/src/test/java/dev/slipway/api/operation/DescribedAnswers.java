package dev.slipway.api.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.RunningApi.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Holds answers to the description: every field and header is described, and every required one is there. */
public final class DescribedAnswers {

    /** Headers of HTTP itself, and the one that Spring adds for paths that end like the name of a file. */
    private static final Set<String> OF_EVERY_ANSWER = Set.of(
            "content-type",
            "content-length",
            "content-disposition",
            "transfer-encoding",
            "date",
            "connection",
            "keep-alive");

    private final JsonNode document;

    /** @param document as {@code /openapi.json} answers it */
    public DescribedAnswers(JsonNode document) {
        this.document = document;
    }

    /** Passes over calls that the description does not have. */
    public void check(String method, String pathAndQuery, Answer answer) {
        String path = pathAndQuery.split("\\?", 2)[0];
        Operations.all().stream()
                .filter(operation -> operation.isBuilt()
                        && operation.method().equals(method)
                        && operation.paths().matcher(path).matches())
                .findFirst()
                .ifPresent(operation -> check(operation, answer));
    }

    private void check(Operation operation, Answer answer) {
        int status = answer.status();
        JsonNode body = answer.body();
        JsonNode responses = document.path("paths")
                .path(operation.path())
                .path(operation.method().toLowerCase(Locale.ROOT))
                .path("responses");
        String key = responses.has(Integer.toString(status)) ? Integer.toString(status) : "default";
        assertThat(status < 400 && key.equals("default"))
                .as("%s %d %s", operation.id(), status, body)
                .isFalse();
        checkHeaders(operation.id(), responses.path(key).path("headers"), answer);
        JsonNode content = responses.path(key).path("content");
        assertThat(body.isMissingNode()).as(operation.id()).isEqualTo(content.isMissingNode());
        check(content.path("application/json").path("schema"), body, operation.id());
    }

    private void checkHeaders(String operation, JsonNode described, Answer answer) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(described.propertyNames());
        for (String sent : answer.headers().map().keySet()) {
            assertThat(names.contains(sent) || OF_EVERY_ANSWER.contains(sent.toLowerCase(Locale.ROOT)))
                    .as("%s: header %s", operation, sent)
                    .isTrue();
        }
        for (String name : names) {
            if (resolved(described.path(name)).path("required").booleanValue(false)) {
                assertThat(answer.header(name))
                        .as("%s: header %s", operation, name)
                        .isNotEmpty();
            }
        }
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
        return reference.isEmpty() ? schema : Objects.requireNonNull(document.at(reference.substring(1)));
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
