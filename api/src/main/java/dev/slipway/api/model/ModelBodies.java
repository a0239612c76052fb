package dev.slipway.api.model;

import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Models as clients read them (wire contract 2.2, 2.3, 16): what was sent is echoed to the letter, the arrays {@code apis}, {@code
 * config} and {@code model_metrics} are JSON in a string.
 */
final class ModelBodies {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** Answered with the text that was sent, where one was. */
    private static final List<String> ECHOED_TEXTS = List.of(
            "source_location",
            "source_job_id",
            "source_job_version",
            "execution_code",
            "runtime",
            "description",
            "model_algorithm",
            "schema_doc",
            "cmd",
            "source_type",
            "source_copy",
            "workspace_id");
    /** Answered as arrays, also where the client sent them as text. */
    private static final List<String> ECHOED_ARRAYS = List.of("dependencies", "model_docs", "install_type");

    private ModelBodies() {}

    /** One of a list. */
    static Map<String, Object> item(Model model) {
        JsonNode request = MAPPER.readTree(model.spec().request());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model_id", model.id().value());
        body.put("model_name", model.spec().name());
        body.put("model_version", model.spec().version());
        body.put("model_type", model.spec().type().wireName());
        body.put("model_size", model.size());
        body.put("model_status", model.status().name().toLowerCase(Locale.ROOT));
        put(body, "description", model.spec().description());
        body.put("tenant", model.tenant());
        body.put("project", model.project().value());
        body.put("owner", model.owner());
        body.put("create_at", model.createdAt().toEpochMilli());
        body.put("source_type", text(request, "source_type", ""));
        body.put("model_source", "custom");
        body.put("install_type", installTypes(model));
        body.put("workspace_id", text(request, "workspace_id", "0"));
        body.put("market_flag", false);
        body.put("publishable_flag", false);
        body.put("tunable", false);
        body.put("specification", Map.of());
        return body;
    }

    /** The whole model. */
    static Map<String, Object> show(Model model) {
        JsonNode request = MAPPER.readTree(model.spec().request());
        Map<String, Object> body = item(model);
        ModelConfig config =
                model.config() != null ? model.config() : model.spec().config();
        if (config != null) {
            put(body, "model_algorithm", config.algorithm());
            put(body, "model_metrics", config.metrics());
            put(body, "runtime", config.runtime());
            body.put("config", config.text());
            body.put("apis", MAPPER.writeValueAsString(apis(config)));
            body.put("input_params", parameters(config, true));
            body.put("output_params", parameters(config, false));
        } else {
            body.put("input_params", List.of());
            body.put("output_params", List.of());
        }
        for (String name : ECHOED_TEXTS) {
            JsonNode sent = request.path(name);
            if (sent.isString()) {
                body.put(name, sent.stringValue());
            }
        }
        JsonNode metrics = request.path("model_metrics");
        if (!metrics.isMissingNode() && !metrics.isNull()) {
            body.put("model_metrics", metrics.isString() ? metrics.stringValue() : metrics.toString());
        }
        JsonNode initial = request.path("initial_config");
        if (!initial.isMissingNode() && !initial.isNull()) {
            body.put("config", initial.isString() ? initial.stringValue() : initial.toString());
        }
        for (String name : ECHOED_ARRAYS) {
            JsonNode sent = array(request.path(name));
            if (sent != null) {
                body.put(name, sent);
            }
        }
        body.putIfAbsent("dependencies", List.of());
        ImageDigest image = model.image();
        if (image != null) {
            body.put("image_address", "slipway/%s@%s".formatted(model.spec().name(), image));
        }
        body.put("model_labels", List.of());
        body.put("labels_map", Map.of("labels", List.of()));
        put(body, "error_msg", model.error());
        return body;
    }

    private static List<String> installTypes(Model model) {
        return model.spec().installTypes().isEmpty()
                ? List.of("real-time", "batch")
                : model.spec().installTypes();
    }

    private static List<Map<String, Object>> apis(ModelConfig config) {
        List<Map<String, Object>> apis = new ArrayList<>();
        for (ModelApi api : config.apis()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("url", api.url());
            one.put("method", api.method().toLowerCase(Locale.ROOT));
            one.put("protocol", api.protocol() == null ? "http" : api.protocol());
            one.put("input_params", schema(api.requestSchema()));
            one.put("output_params", schema(api.responseSchema()));
            apis.add(one);
        }
        return apis;
    }

    /** One entry for each property of the request (or response) of each api. */
    private static List<Map<String, Object>> parameters(ModelConfig config, boolean ofRequest) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        for (ModelApi api : config.apis()) {
            JsonNode properties = schema(ofRequest ? api.requestSchema() : api.responseSchema())
                    .path("properties");
            properties.forEachEntry((name, property) -> {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("url", api.url());
                one.put("method", api.method().toLowerCase(Locale.ROOT));
                one.put("protocol", api.protocol() == null ? "http" : api.protocol());
                one.put("param_name", name);
                one.put("param_type", property.path("type").asString("object"));
                one.put("param_desc", property.toString());
                parameters.add(one);
            });
        }
        return parameters;
    }

    private static JsonNode schema(@Nullable String text) {
        return text == null ? MAPPER.createObjectNode() : MAPPER.readTree(text);
    }

    private static @Nullable JsonNode array(JsonNode sent) {
        if (sent.isArray()) {
            return sent;
        }
        if (!sent.isString() || sent.stringValue().isBlank()) {
            return null;
        }
        try {
            JsonNode parsed = MAPPER.readTree(sent.stringValue());
            return parsed.isArray() ? parsed : MAPPER.createArrayNode().add(sent.stringValue());
        } catch (JacksonException bareWord) {
            return MAPPER.createArrayNode().add(sent.stringValue());
        }
    }

    private static String text(JsonNode request, String name, String otherwise) {
        JsonNode sent = request.path(name);
        return sent.isString() ? sent.stringValue() : otherwise;
    }

    private static void put(Map<String, Object> body, String name, @Nullable Object value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
