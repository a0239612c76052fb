package dev.slipway.api.model;

import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.formats.model.CallGuide;
import dev.slipway.formats.model.EnvironmentShown;
import dev.slipway.formats.model.ModelItem;
import dev.slipway.formats.model.ModelShown;
import dev.slipway.formats.model.TrialBody;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers about models (wire contract 2.2, 2.3). Sent fields are returned unchanged. */
final class ModelBodies {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final List<String> DEPLOYABLE_AS = List.of("real-time", "batch");
    /** Both a type of source and what has made the model. */
    private static final String AUTOMATIC = "auto";

    private static final int DECIMALS = 17;

    private ModelBodies() {}

    /** An entry of list-models. */
    static ModelItem item(Model model, List<String> aliases) {
        return item(model, aliases, tree(model.spec().request()));
    }

    private static ModelItem item(Model model, List<String> aliases, JsonNode request) {
        ModelSpec spec = model.spec();
        boolean isAutomatic = AUTOMATIC.equals(sent(request, "source_type"));
        return new ModelItem(
                model.id().value(),
                spec.name(),
                spec.version(),
                spec.askedType().wireName(),
                model.size(),
                model.status().wireName(),
                spec.description(),
                model.tenant(),
                model.project().value(),
                model.owner(),
                model.createdAt().toEpochMilli(),
                isAutomatic ? AUTOMATIC : "",
                sent(request, "source_copy"),
                isAutomatic ? AUTOMATIC : "custom",
                spec.installTypes().isEmpty() ? DEPLOYABLE_AS : spec.installTypes(),
                "0",
                false,
                false,
                false,
                Map.of(),
                aliases);
    }

    /**
     * The answer of show-model.
     *
     * @param gateway scheme, host and port of predictions
     */
    static ModelShown show(Model model, List<String> aliases, String gateway) {
        ModelSpec spec = model.spec();
        JsonNode request = tree(spec.request());
        ModelConfig config = spec.config() == null ? model.config() : spec.config();
        List<ModelApi> apis = !spec.apis().isEmpty() ? spec.apis() : config == null ? List.of() : config.apis();
        return new ModelShown(
                item(model, aliases, request),
                sent(request, "source_location"),
                sent(request, "source_job_id"),
                sent(request, "source_job_version"),
                sent(request, "execution_code"),
                firstOf(spec.runtime(), config == null ? null : config.runtime()),
                firstOf(sent(request, "model_algorithm"), config == null ? null : config.algorithm()),
                firstOf(sent(request, "model_metrics"), config == null ? null : shortened(config.metrics())),
                apisText(request, apis),
                config == null ? null : config.text(),
                parameters(request, "input_params", apis, ModelApi::requestSchema),
                parameters(request, "output_params", apis, ModelApi::responseSchema),
                dependencies(request, model),
                elements(structure(request, "model_docs")),
                template(request),
                List.of(),
                new ModelShown.Labels(List.of()),
                TrialBody.of(spec.trial()),
                sent(request, "cmd"),
                spec.source() instanceof ModelSource.PackageFolder stored && stored.isFetched(),
                model.interpreter(),
                environment(model),
                imageAddress(model),
                model.error(),
                config == null && apis.isEmpty() ? List.of() : CallGuide.of(apis, gateway));
    }

    /** In the registry that it was pushed to, else a name of ours; both with its digest. */
    private static @Nullable String imageAddress(Model model) {
        ImageDigest image = model.image();
        if (image == null) {
            return null;
        }
        return model.pushed() == null ? "slipway/" + model.id() + "@" + image : model.pushed();
    }

    private static @Nullable EnvironmentShown environment(Model model) {
        Environment environment = model.environment();
        return environment == null
                ? null
                : new EnvironmentShown(environment.digest().value(), environment.version(), environment.packages());
    }

    /** As sent, or else from config.json. */
    private static List<JsonNode> dependencies(JsonNode request, Model model) {
        if (request.hasNonNull("dependencies") || model.dependencies().isEmpty()) {
            return elements(structure(request, "dependencies"));
        }
        ObjectNode entry = MAPPER.createObjectNode();
        ArrayNode packages = entry.put("installer", "pip").putArray("packages");
        for (Dependency dependency : model.dependencies()) {
            ObjectNode each = packages.addObject().put("package_name", dependency.name());
            if (dependency.restraint() != null) {
                each.put("package_version", dependency.version());
                each.put("restraint", dependency.restraint().name());
            }
        }
        return List.of(entry);
    }

    private static @Nullable JsonNode template(JsonNode request) {
        JsonNode sent = request.path("template");
        JsonNode template = sent.isString() && !sent.stringValue().isBlank() ? tree(sent.stringValue()) : sent;
        return template.isObject() && !template.isEmpty() ? template : null;
    }

    private static List<JsonNode> elements(JsonNode array) {
        return List.copyOf(array.values());
    }

    /** The array as JSON text: as sent, or else from config.json. */
    private static String apisText(JsonNode request, List<ModelApi> apis) {
        if (request.hasNonNull("apis")) {
            return structure(request, "apis").toString();
        }
        ArrayNode array = MAPPER.createArrayNode();
        for (ModelApi api : apis) {
            ObjectNode entry = array.addObject();
            entry.put("url", api.url());
            entry.put("method", api.method().toLowerCase(Locale.ROOT));
            entry.put("protocol", api.protocol() == null ? "http" : api.protocol());
            entry.set("input_params", schema(api.requestSchema()));
            entry.set("output_params", schema(api.responseSchema()));
        }
        return array.toString();
    }

    /** One entry for each property of the apis, unless the request has its own. */
    private static List<JsonNode> parameters(
            JsonNode request, String field, List<ModelApi> apis, Function<ModelApi, @Nullable String> schemaOf) {
        if (request.hasNonNull(field)) {
            return elements(structure(request, field));
        }
        ArrayNode array = MAPPER.createArrayNode();
        for (ModelApi api : apis) {
            for (Map.Entry<String, JsonNode> property :
                    schema(schemaOf.apply(api)).path("properties").properties()) {
                ObjectNode entry = array.addObject();
                entry.put("url", api.url());
                entry.put("method", api.method().toLowerCase(Locale.ROOT));
                entry.put("protocol", api.protocol() == null ? "http" : api.protocol());
                entry.put("param_name", property.getKey());
                entry.put("param_type", property.getValue().path("type").asString("object"));
                entry.put("param_desc", property.getValue().toString());
            }
        }
        return elements(array);
    }

    private static JsonNode schema(@Nullable String text) {
        return text == null ? MAPPER.createObjectNode() : tree(text);
    }

    /** A field that was sent as an array or as JSON text of one; {@code []} if it is absent. */
    private static JsonNode structure(JsonNode request, String field) {
        JsonNode value = request.path(field);
        if (value.isString() && !value.stringValue().isBlank()) {
            value = tree(value.stringValue());
        }
        return value.isArray() ? value : MAPPER.createArrayNode();
    }

    /** Cut, not rounded, at 17 decimals (guide, table 4-2). */
    private static @Nullable String shortened(@Nullable String metrics) {
        if (metrics == null) {
            return null;
        }
        ObjectNode cut = MAPPER.createObjectNode();
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(tree(metrics).properties());
        for (Map.Entry<String, JsonNode> field : fields) {
            cut.set(field.getKey(), shortened(field.getValue()));
        }
        return cut.toString();
    }

    private static JsonNode shortened(JsonNode value) {
        if (!value.isNumber()) {
            return value;
        }
        BigDecimal number = value.decimalValue();
        return number.scale() <= DECIMALS
                ? value
                : MAPPER.getNodeFactory().numberNode(number.setScale(DECIMALS, RoundingMode.DOWN));
    }

    /** A sent field, as text. */
    private static @Nullable String sent(JsonNode request, String field) {
        JsonNode value = request.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        return value.isString() ? value.stringValue() : value.toString();
    }

    private static @Nullable String firstOf(@Nullable String first, @Nullable String second) {
        return first == null || first.isEmpty() ? second : first;
    }

    private static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalStateException("a row holds text that is not JSON", e);
        }
    }
}
