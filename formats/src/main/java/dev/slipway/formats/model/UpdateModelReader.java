package dev.slipway.formats.model;

import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelUpdate;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads the body of update-model, an extension of ours: absent fields change nothing. */
public final class UpdateModelReader {

    private UpdateModelReader() {}

    /**
     * The change that is asked for.
     *
     * @throws dev.slipway.domain.problem.Invalid PARAMETER with the field's path, or CONFIG_UNSUPPORTED for dependencies
     */
    public static ModelUpdate read(byte[] body) {
        JsonObjectReader reader = JsonObjectReader.of(JsonDocument.read(JsonSource.requestBody(), body));
        UnaryOperator<ModelSpec> description = description(reader);
        List<Dependency> dependencies = dependencies(reader);
        reader.refuseUnknownFields();
        if (dependencies == null) {
            return ModelUpdate.of(description);
        }
        JsonValue sent = reader.value(ModelShapes.DEPENDENCIES.name());
        return new ModelUpdate(spec -> withDependencies(description.apply(spec), dependencies, sent), dependencies);
    }

    private static UnaryOperator<ModelSpec> description(JsonObjectReader reader) {
        JsonValue sent = reader.valueOrNull(ModelShapes.DESCRIPTION.name());
        boolean removes =
                sent instanceof JsonValue.JsonText text && text.value().isEmpty();
        String description = removes ? null : reader.textOrNull(ModelShapes.DESCRIPTION);
        if (sent == null || (description == null && !removes)) {
            return UnaryOperator.identity();
        }
        return spec ->
                spec.withDescription(description, with(spec.request(), Map.of(ModelShapes.DESCRIPTION.name(), sent)));
    }

    private static @Nullable List<Dependency> dependencies(JsonObjectReader reader) {
        if (reader.structureOrNull(ModelShapes.DEPENDENCIES.name()) == null) {
            return null;
        }
        Findings findings = new Findings();
        List<Dependency> dependencies = DependencyReader.read(reader, findings);
        findings.throwIfAny(ErrorCode.CONFIG_UNSUPPORTED);
        return dependencies;
    }

    private static ModelSpec withDependencies(ModelSpec spec, List<Dependency> dependencies, JsonValue sent) {
        ModelConfig config = spec.config();
        String field = ModelShapes.DEPENDENCIES.name();
        if (config == null) {
            return spec.withDependencies(dependencies, null, with(spec.request(), Map.of(field, sent)));
        }
        // A config in the request has the last word, so they have to stand in it.
        String text = with(config.text(), Map.of(field, sent));
        JsonValue asText = new JsonValue.JsonText(sent.place(), text);
        ModelConfig changed = new ModelConfig(
                text,
                config.algorithm(),
                config.type(),
                config.runtime(),
                config.metrics(),
                dependencies,
                config.apis());
        return spec.withDependencies(
                dependencies, changed, with(spec.request(), Map.of(ModelShapes.CONFIG.name(), asText)));
    }

    /** So that a copy of the model, and show-model, have what was sent last. */
    private static String with(String json, Map<String, JsonValue> changed) {
        JsonSource source = JsonSource.named("what was asked for before", ErrorCode.PARAMETER);
        JsonValue.JsonObject before = JsonObjectReader.of(JsonDocument.readTolerant(source, json, new Findings()))
                .object();
        Map<String, JsonValue> fields = new LinkedHashMap<>(before.fields());
        fields.putAll(changed);
        return new JsonValue.JsonObject(before.place(), fields).toJson();
    }
}
