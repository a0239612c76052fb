package dev.slipway.formats.model;

import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code apis}, both in the form of config.json (request, response) and in that of the API (input_params, output_params). */
final class ApiReader {

    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD");
    private static final String OF_PREDICTIONS = "POST";
    private static final int MOST = 100;

    private ApiReader() {}

    static List<ModelApi> read(JsonObjectReader owner, ModelType type) {
        List<JsonValue> entries = owner.array("apis");
        if (entries.size() > MOST) {
            throw owner.problem("apis", "expected at most %d, found %d".formatted(MOST, entries.size()));
        }
        List<ModelApi> apis = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonValue entry : entries) {
            ModelApi api = api(JsonObjectReader.of(entry), type);
            if (!seen.add(api.method() + " " + api.url())) {
                throw entry.place().problem("the api %s '%s' stands twice".formatted(api.method(), api.url()));
            }
            apis.add(api);
        }
        return List.copyOf(apis);
    }

    private static ModelApi api(JsonObjectReader reader, ModelType type) {
        String url = reader.textOrNull("url");
        if (url != null && !url.equals("/")) {
            throw reader.problem(
                    "url", "a model of engine '%s' answers on '/' only, found '%s'".formatted(type.wireName(), url));
        }
        String method = reader.textOrNull("method");
        String upper = method == null ? OF_PREDICTIONS : method.toUpperCase(Locale.ROOT);
        if (!METHODS.contains(upper)) {
            throw reader.problem("method", "expected an HTTP method such as POST, found '%s'".formatted(method));
        }
        if (!upper.equals(OF_PREDICTIONS)) {
            throw reader.problem(
                    "method",
                    "a model of engine '%s' is called by POST only, found '%s'".formatted(type.wireName(), method));
        }
        String protocol = reader.textOrNull("protocol");
        if (protocol != null && !protocol.equals("http") && !protocol.equals("https")) {
            throw reader.problem("protocol", "expected http or https, found '%s'".formatted(protocol));
        }
        BodyFormat request = part(reader, "request", "input_params", type);
        BodyFormat response = part(reader, "response", "output_params", type);
        return new ModelApi(
                "/",
                upper,
                protocol,
                request.contentType(),
                request.schema(),
                response.contentType(),
                response.schema(),
                request.takesFile());
    }

    private static BodyFormat part(JsonObjectReader reader, String name, String schemaName, ModelType type) {
        JsonObjectReader part = reader.objectOrNull(name);
        if (part == null) {
            JsonValue schema = schema(reader, schemaName);
            return new BodyFormat(null, schema == null ? null : schema.toJson(), schema != null && takesFile(schema));
        }
        String contentType = part.textOrNull("Content-type");
        if (contentType != null && !Engines.of(type).takes(contentType)) {
            throw part.problem(
                    "Content-type",
                    "a model of engine '%s' takes application/json only, found '%s'"
                            .formatted(type.wireName(), contentType));
        }
        JsonValue schema = schema(part, "data");
        return new BodyFormat(
                contentType, schema == null ? null : schema.toJson(), schema != null && takesFile(schema));
    }

    private static @Nullable JsonValue schema(JsonObjectReader reader, String name) {
        JsonValue schema = reader.structureOrNull(name);
        if (schema == null || schema instanceof JsonValue.JsonObject) {
            return schema;
        }
        throw schema.place().problem("expected a JSON schema (an object), found " + schema.description());
    }

    /** Whether any property below has {@code "type":"file"}. The reader of the document limits the depth. */
    private static boolean takesFile(JsonValue schema) {
        return switch (schema) {
            case JsonValue.JsonObject object ->
                (object.get("type") instanceof JsonValue.JsonText text
                                && text.value().equals("file"))
                        || object.fields().values().stream().anyMatch(ApiReader::takesFile);
            case JsonValue.JsonArray array -> array.elements().stream().anyMatch(ApiReader::takesFile);
            case JsonValue.JsonText ignored -> false;
            case JsonValue.JsonNumber ignored -> false;
            case JsonValue.JsonBoolean ignored -> false;
            case JsonValue.JsonNull ignored -> false;
        };
    }

    private record BodyFormat(
            @Nullable String contentType, @Nullable String schema, boolean takesFile) {}
}
