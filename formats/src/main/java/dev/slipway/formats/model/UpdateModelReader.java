package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Reads the body of update-model, an extension of ours: absent fields change nothing. */
public final class UpdateModelReader {

    private UpdateModelReader() {}

    /**
     * The change that is asked for.
     *
     * @throws dev.slipway.domain.problem.Invalid PARAMETER with the field's path
     */
    public static UnaryOperator<ModelSpec> read(byte[] body) {
        JsonObjectReader reader = JsonObjectReader.of(JsonDocument.read(JsonSource.requestBody(), body));
        JsonValue sent = reader.valueOrNull(ModelShapes.DESCRIPTION.name());
        boolean removes = sent instanceof JsonValue.JsonText text && text.value().isEmpty();
        String description = removes ? null : reader.textOrNull(ModelShapes.DESCRIPTION);
        reader.refuseUnknownFields();
        if (sent == null || (description == null && !removes)) {
            return UnaryOperator.identity();
        }
        return spec -> spec.withDescription(description, requestWith(spec, sent));
    }

    /** So that a copy of the model takes the new one. */
    private static String requestWith(ModelSpec spec, JsonValue description) {
        JsonSource source = JsonSource.named("request of model '%s'".formatted(spec.name()), ErrorCode.PARAMETER);
        JsonValue.JsonObject request = JsonObjectReader.of(JsonDocument.read(source, spec.request()))
                .object();
        Map<String, JsonValue> fields = new LinkedHashMap<>(request.fields());
        fields.put(ModelShapes.DESCRIPTION.name(), description);
        return new JsonValue.JsonObject(request.place(), fields).toJson();
    }
}
