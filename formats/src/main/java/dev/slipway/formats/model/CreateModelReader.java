package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the body of create-model (wire contract 2.1). */
public final class CreateModelReader {

    private static final JsonSource INITIAL_CONFIG =
            JsonSource.named("initial_config", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
    private static final int MOST_DOCUMENTS = 3;
    private static final String DOCUMENT_NAME = "[A-Za-z\\u4e00-\\u9fff].{0,47}";

    private final String objectHost;

    /** @param objectHost so that {@code https://bucket.<objectHost>/key} is an object */
    public CreateModelReader(String objectHost) {
        this.objectHost = objectHost;
    }

    /** @throws Invalid PARAMETER with the field's path, SOURCE_LOCATION, or CONFIG_VIOLATES_SPECIFICATION */
    public ModelSpec read(byte[] body) {
        return read(JsonObjectReader.of(JsonDocument.read(JsonSource.requestBody(), body)));
    }

    /** The same for an object whose reader has read further fields. */
    public ModelSpec read(JsonObjectReader body) {
        body.asksLater(
                "model_type", "model_version", "source_location", "source_type", "input_params", "output_params");
        String name = name(body);
        String version = version(body);
        ModelSource source = ModelSourceReader.read(body, objectHost).asPackage();
        ModelType type = ModelTypes.required(body);
        ModelConfig config = initialConfig(body, type);
        List<ModelApi> apis = ApiReader.read(body, type);
        ModelSpec spec = new ModelSpec(
                name,
                version,
                type,
                source,
                description(body),
                executionCode(body),
                runtime(body),
                config,
                config == null ? apis : List.of(),
                installTypes(body),
                body.object().toJson());
        readDescriptive(body);
        refuseWhatIsNotBuilt(body);
        body.refuseUnknownFields();
        return spec;
    }

    private static String name(JsonObjectReader body) {
        String name = body.text("model_name");
        if (!ModelSpec.isName(name)) {
            throw body.problem("model_name", "%s, found '%s'".formatted(ModelSpec.NAME_RULE, shortened(name)));
        }
        return name;
    }

    private static String version(JsonObjectReader body) {
        String version = body.text("model_version");
        if (!ModelSpec.isVersion(version)) {
            throw body.problem("model_version", "%s, found '%s'".formatted(ModelSpec.VERSION_RULE, shortened(version)));
        }
        return version;
    }

    private static @Nullable String description(JsonObjectReader body) {
        String description = body.textOrNull("description");
        if (description != null && !ModelSpec.isDescription(description)) {
            throw body.problem(
                    "description", "%s, found '%s'".formatted(ModelSpec.DESCRIPTION_RULE, shortened(description)));
        }
        return description;
    }

    private @Nullable ObjectUri executionCode(JsonObjectReader body) {
        String text = body.textOrNull("execution_code");
        if (text == null) {
            return null;
        }
        ObjectUri code = ObjectUri.parse(text, objectHost);
        if (!code.baseName().equals("customize_service.py")) {
            throw body.problem("execution_code", "expected an object customize_service.py, found '%s'".formatted(text));
        }
        return code;
    }

    private static @Nullable String runtime(JsonObjectReader body) {
        String runtime = body.textOrNull("runtime");
        return runtime == null ? null : Runtimes.checked(body.value("runtime").place(), runtime);
    }

    private static @Nullable ModelConfig initialConfig(JsonObjectReader body, ModelType type) {
        JsonValue value = body.valueOrNull("initial_config");
        if (value == null || value.isEmpty()) {
            return null;
        }
        if (value instanceof JsonValue.JsonText text) {
            return ModelConfigReader.readInitial(JsonDocument.read(INITIAL_CONFIG, text.value()), text.value(), type);
        }
        return ModelConfigReader.readInitial(value, value.toJson(), type);
    }

    private static List<String> installTypes(JsonObjectReader body) {
        List<String> types = body.texts("install_type");
        for (String type : types) {
            if (!ModelSpec.INSTALL_TYPES.contains(type)) {
                throw body.problem(
                        "install_type", "expected some of %s, found '%s'".formatted(ModelSpec.INSTALL_TYPES, type));
            }
        }
        return types;
    }

    /** Fields that are only shown with the model. */
    private static void readDescriptive(JsonObjectReader body) {
        body.textOrNull("source_job_id");
        body.textOrNull("source_job_version");
        body.textOrNull("model_algorithm");
        body.objectOrNull("model_metrics");
        parameters(body, "input_params");
        parameters(body, "output_params");
        List<JsonValue> documents = body.array("model_docs");
        if (documents.size() > MOST_DOCUMENTS) {
            throw body.problem("model_docs", "expected at most 3, found " + documents.size());
        }
        for (JsonValue entry : documents) {
            JsonObjectReader document = JsonObjectReader.of(entry);
            if (!document.text("doc_name").matches(DOCUMENT_NAME)) {
                throw document.problem(
                        "doc_name", "expected 1 to 48 characters, the first a letter or a Chinese character");
            }
            if (!document.text("doc_url").matches("https?://\\S+")) {
                throw document.problem("doc_url", "expected an address that begins with http:// or https://");
            }
            document.refuseUnknownFields();
        }
    }

    private static void parameters(JsonObjectReader body, String field) {
        for (JsonValue entry : body.array(field)) {
            JsonObjectReader parameter = JsonObjectReader.of(entry).asksLater("param_type");
            if (parameter.text("param_name").length() > 64) {
                throw parameter.problem("param_name", "expected at most 64 characters");
            }
            parameter.text("url");
            parameter.text("method");
            parameter.text("protocol");
            parameter.text("param_type");
            parameter.valueOrNull("min");
            parameter.valueOrNull("max");
            parameter.valueOrNull("param_desc");
            parameter.refuseUnknownFields();
        }
    }

    private static void refuseWhatIsNotBuilt(JsonObjectReader body) {
        DependencyReader.refuseUses(body);
        body.notBuiltYet("source_copy", "\"true\"", "true");
        body.notBuiltYet("workspace_id", "\"0\"", "0");
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 79) + "…";
    }
}
