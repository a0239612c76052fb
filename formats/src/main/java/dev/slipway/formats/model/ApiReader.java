package dev.slipway.formats.model;

import dev.slipway.domain.model.Engines;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.Invalid;
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
    private static final List<String> OF_IMAGES = List.of("POST", "GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
    private static final List<String> OTHER_KEYS_OF_CONTENT_TYPE =
            List.of("Content-Type", "content-type", "content_type", "contentType", "ContentType", "Content_type");
    /** Without these keys an api is another one. */
    private static final Set<String> NEEDED = Set.of("request", "data", "input_params");

    private final ModelType type;
    private final Findings findings;

    private ApiReader(ModelType type, Findings findings) {
        this.type = type;
        this.findings = findings;
    }

    /** Those that can be read; the others are faults. */
    static List<ModelApi> read(JsonObjectReader owner, ModelType type, Findings findings) {
        return new ApiReader(type, findings).read(owner);
    }

    private List<ModelApi> read(JsonObjectReader owner) {
        List<ModelApi> apis = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        List<JsonValue> entries = findings.reading(() -> owner.array(ModelShapes.APIS));
        for (JsonValue entry : flat(entries == null ? List.of() : entries)) {
            ModelApi api = findings.reading(() -> api(JsonObjectReader.of(entry)));
            if (api == null) {
                continue;
            }
            if (!seen.add(api.method() + " " + api.url())) {
                ConfigRule.API_TWICE.tell(findings, entry.place(), api.method(), api.url());
            }
            apis.add(api);
        }
        return List.copyOf(apis);
    }

    /** The guide prints its example with two pairs of brackets, and people copy it. */
    private List<JsonValue> flat(List<JsonValue> entries) {
        if (entries.size() == 1 && entries.getFirst() instanceof JsonValue.JsonArray inner) {
            ConfigRule.API_NESTED.tell(findings, inner.place());
            return inner.elements();
        }
        return entries;
    }

    private ModelApi api(JsonObjectReader reader) {
        String url = findings.reading(() -> url(reader));
        String method = findings.reading(() -> method(reader));
        String protocol = findings.reading(() -> protocol(reader));
        BodyFormat request = findings.reading(() -> part(reader, "request", "input_params"));
        BodyFormat response = findings.reading(() -> part(reader, "response", "output_params"));
        tellOfMisspelt(reader);
        BodyFormat of = request == null ? BodyFormat.NONE : request;
        BodyFormat to = response == null ? BodyFormat.NONE : response;
        return new ModelApi(
                url == null ? "/" : url,
                method == null ? OF_PREDICTIONS : method,
                protocol,
                of.contentType(),
                of.schema(),
                to.contentType(),
                to.schema(),
                of.takesFile());
    }

    private boolean isImage() {
        return type == ModelType.IMAGE;
    }

    private String url(JsonObjectReader reader) {
        String url = reader.textOrNull("url");
        if (url == null || url.equals("/")) {
            return "/";
        }
        if (!isImage()) {
            throw ConfigRule.API_URL.at(reader.placeOf("url"), type.wireName(), url);
        }
        if (!url.matches("/[^?#\\s\\p{Cntrl}]*")) {
            throw ConfigRule.API_URL_FORM.at(reader.placeOf("url"), url);
        }
        return url;
    }

    private String method(JsonObjectReader reader) {
        String method = reader.textOrNull("method");
        if (method == null) {
            return OF_PREDICTIONS;
        }
        String upper = method.strip().toUpperCase(Locale.ROOT);
        if (isImage()) {
            if (!OF_IMAGES.contains(upper)) {
                throw ConfigRule.API_METHOD_FORM.at(reader.placeOf("method"), OF_IMAGES, method);
            }
        } else if (!upper.equals(OF_PREDICTIONS)) {
            throw ConfigRule.API_METHOD.at(reader.placeOf("method"), method);
        }
        return upper;
    }

    private @Nullable String protocol(JsonObjectReader reader) {
        String protocol = reader.textOrNull("protocol");
        if (protocol == null) {
            return null;
        }
        String lower = protocol.strip().toLowerCase(Locale.ROOT);
        if (!ModelShapes.PROTOCOL.choices().contains(lower)) {
            throw ConfigRule.API_PROTOCOL.at(reader.placeOf("protocol"), protocol);
        }
        if (!lower.equals(protocol)) {
            ConfigRule.API_PROTOCOL_CASE.tell(findings, reader.placeOf("protocol"), protocol, lower);
        }
        return lower;
    }

    private BodyFormat part(JsonObjectReader reader, String field, String ofSchema) {
        JsonObjectReader part = findings.reading(() -> reader.objectOrNull(field));
        JsonValue ofApi = findings.reading(() -> schema(reader, ofSchema));
        if (part == null) {
            return BodyFormat.of(null, ofApi);
        }
        JsonValue schema = findings.reading(() -> schema(part, "data"));
        BodyFormat format = BodyFormat.of(null, schema == null ? ofApi : schema);
        String contentType = findings.reading(() -> contentType(part, format.takesFile()));
        tellOfMisspelt(part);
        return new BodyFormat(contentType, format.schema(), format.takesFile());
    }

    private @Nullable String contentType(JsonObjectReader part, boolean takesFile) {
        String key = keyOfContentType(part);
        String sent = part.textOrNull(key);
        if (sent == null) {
            return null;
        }
        String meant = MediaTypes.meant(sent);
        if (meant == null) {
            throw ConfigRule.CONTENT_TYPE_FORM.at(part.placeOf(key), sent);
        }
        if (takesFile && meant.equals(MediaTypes.JSON)) {
            ConfigRule.CONTENT_TYPE_OF_FILE.tell(findings, part.placeOf(key), sent);
        } else if (!MediaTypes.isWrittenSo(sent, meant)) {
            ConfigRule.CONTENT_TYPE_MISSPELT.tell(findings, part.placeOf(key), sent, meant);
        }
        if (Engines.find(type).filter(engine -> !engine.takes(meant)).isPresent()) {
            throw refusedByEngine(part, key, sent);
        }
        return MediaTypes.isWrittenSo(sent, meant) ? sent : meant;
    }

    private Invalid refusedByEngine(JsonObjectReader part, String key, String sent) {
        return ConfigRule.CONTENT_TYPE_OF_ENGINE.at(part.placeOf(key), type.wireName(), sent);
    }

    /** The key that is there, also in another spelling. */
    private String keyOfContentType(JsonObjectReader part) {
        String right = ModelShapes.CONTENT_TYPE.name();
        if (part.has(right)) {
            return right;
        }
        for (String other : OTHER_KEYS_OF_CONTENT_TYPE) {
            JsonValue found = part.object().get(other);
            if (found != null) {
                ConfigRule.CONTENT_TYPE_KEY.tell(findings, found.place());
                return other;
            }
        }
        return right;
    }

    private @Nullable JsonValue schema(JsonObjectReader reader, String field) {
        JsonValue schema = reader.structureOrNull(field);
        if (schema == null) {
            return null;
        }
        SchemaReader.check(schema, findings);
        return schema instanceof JsonValue.JsonObject ? schema : null;
    }

    private void tellOfMisspelt(JsonObjectReader reader) {
        reader.forEachMisspelt(
                (value, meant) -> (NEEDED.contains(meant) ? ConfigRule.KEY_LOST : ConfigRule.KEY_MISSPELT)
                        .tell(findings, value.place(), meant));
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

        static BodyFormat of(@Nullable String contentType, @Nullable JsonValue schema) {
            return new BodyFormat(
                    contentType,
                    schema == null ? null : schema.toJson(),
                    schema != null && ApiReader.takesFile(schema));
        }
    }
}
