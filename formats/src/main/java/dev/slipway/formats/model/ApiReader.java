package dev.slipway.formats.model;

import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelType;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.Findings;
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

    private static final String OF_PREDICTIONS = "POST";

    private ApiReader() {}

    /** Those that can be read; the others are faults. */
    static List<ModelApi> read(JsonObjectReader owner, ModelType type, Findings findings) {
        List<ModelApi> apis = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        List<JsonValue> entries = findings.reading(() -> owner.array(ModelShapes.APIS));
        for (JsonValue entry : entries == null ? List.<JsonValue>of() : entries) {
            ModelApi api = findings.reading(() -> api(JsonObjectReader.of(entry), type, findings));
            if (api == null) {
                continue;
            }
            if (!seen.add(api.method() + " " + api.url())) {
                findings.fault(entry.place()
                        .problem(
                                "the api %s '%s' stands twice: remove one of them".formatted(api.method(), api.url())));
            }
            apis.add(api);
        }
        return List.copyOf(apis);
    }

    private static ModelApi api(JsonObjectReader reader, ModelType type, Findings findings) {
        findings.reading(() -> checkedUrl(reader, type));
        String method = findings.reading(() -> reader.textOrNull(ModelShapes.METHOD));
        String upper = method == null ? OF_PREDICTIONS : method.toUpperCase(Locale.ROOT);
        String protocol = findings.reading(() -> reader.textOrNull(ModelShapes.PROTOCOL));
        BodyFormat request = findings.reading(() -> part(reader, ModelShapes.REQUEST, ModelShapes.INPUT, type));
        BodyFormat response = findings.reading(() -> part(reader, ModelShapes.RESPONSE, ModelShapes.OUTPUT, type));
        reader.warnOfMisspelt(findings);
        BodyFormat of = request == null ? BodyFormat.NONE : request;
        BodyFormat to = response == null ? BodyFormat.NONE : response;
        return new ModelApi(
                "/", upper, protocol, of.contentType(), of.schema(), to.contentType(), to.schema(), of.takesFile());
    }

    private static @Nullable String checkedUrl(JsonObjectReader reader, ModelType type) {
        String url = reader.textOrNull(ModelShapes.URL.name());
        if (url != null && !ModelShapes.URL.choices().contains(url)) {
            throw reader.problem(
                    "url",
                    "a model of engine '%s' answers on '/' only, found '%s': write '/', or leave it out"
                            .formatted(type.wireName(), url));
        }
        return url;
    }

    private static BodyFormat part(
            JsonObjectReader reader, Field.Structure field, Field.Structure ofSchema, ModelType type) {
        JsonObjectReader part = reader.objectOrNull(field);
        JsonValue ofApi = schema(reader, ofSchema);
        if (part == null) {
            return new BodyFormat(null, ofApi == null ? null : ofApi.toJson(), ofApi != null && takesFile(ofApi));
        }
        String contentType = part.textOrNull(ModelShapes.CONTENT_TYPE);
        if (contentType != null && !Engines.of(type).takes(contentType)) {
            throw part.problem(
                    "Content-type",
                    "a model of engine '%s' takes application/json only, found '%s'"
                            .formatted(type.wireName(), contentType));
        }
        JsonValue schema = schema(part, ModelShapes.DATA);
        return new BodyFormat(
                contentType, schema == null ? null : schema.toJson(), schema != null && takesFile(schema));
    }

    private static @Nullable JsonValue schema(JsonObjectReader reader, Field.Structure field) {
        JsonValue schema = reader.structureOrNull(field.name());
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
            @Nullable String contentType, @Nullable String schema, boolean takesFile) {
        static final BodyFormat NONE = new BodyFormat(null, null, false);
    }
}
