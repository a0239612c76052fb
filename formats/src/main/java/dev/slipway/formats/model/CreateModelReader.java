package dev.slipway.formats.model;

import dev.slipway.domain.model.Dependency;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.model.ModelVersion;
import dev.slipway.domain.model.TrialPrediction;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the body of create-model (wire contract 2.1). */
public final class CreateModelReader {

    private static final JsonSource INITIAL_CONFIG =
            JsonSource.named("initial_config", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);

    private final String objectHost;

    /** @param objectHost so that {@code https://bucket.<objectHost>/key} is an object */
    public CreateModelReader(String objectHost) {
        this.objectHost = objectHost;
    }

    /** @throws Invalid PARAMETER with the field's path, SOURCE_LOCATION, or CONFIG_VIOLATES_SPECIFICATION */
    public ModelSpec read(byte[] body) {
        return read(JsonObjectReader.of(JsonDocument.read(JsonSource.requestBody(), body)));
    }

    /**
     * The model that another one was made from, whose request is taken for every field that this body does not have: a new version of it,
     * unless it has a name of its own. Null if it names none.
     */
    public static @Nullable ModelId copiedFrom(JsonObjectReader body) {
        String id = body.textOrNull(ModelShapes.COPY_FROM);
        return id == null ? null : new ModelId(id);
    }

    /** The name in a body that copies another model; null for that model's. */
    public static @Nullable String nameOf(JsonObjectReader body) {
        return body.textOrNull(ModelShapes.NAME.name());
    }

    /**
     * A body with {@code copy_from}.
     *
     * @param version for a body without one
     */
    public ModelSpec readCopy(JsonObjectReader body, ModelSpec from, ModelVersion version) {
        JsonSource source = JsonSource.named(
                "request of model '%s %s'".formatted(from.name(), from.version()), ErrorCode.PARAMETER);
        Map<String, JsonValue> fields =
                new LinkedHashMap<>(JsonObjectReader.of(JsonDocument.read(source, from.request()))
                        .object()
                        .fields());
        fields.putAll(body.object().fields());
        fields.remove(ModelShapes.COPY_FROM.name());
        JsonValue sent = body.object().get(ModelShapes.VERSION.name());
        if (sent == null || sent.isEmpty()) {
            fields.put(
                    ModelShapes.VERSION.name(),
                    new JsonValue.JsonText(body.object().place(), version.toString()));
        }
        return read(JsonObjectReader.of(new JsonValue.JsonObject(body.object().place(), fields)));
    }

    /** The same for an object whose reader has read further fields. */
    public ModelSpec read(JsonObjectReader body) {
        body.asksLater(
                "model_type", "model_version", "source_location", "source_type", "input_params", "output_params");
        String name = body.text(ModelShapes.NAME);
        String sentVersion = body.textOrNull(ModelShapes.VERSION);
        String version = sentVersion == null ? ModelVersion.FIRST.toString() : sentVersion;
        UnsupportedUses.refuse(body);
        if (TemplateReader.isMeant(body)) {
            ModelSource.Template used = TemplateReader.read(body, objectHost);
            return checked(
                    body,
                    new ModelSpec(
                            name,
                            version,
                            used.template().engine(),
                            used,
                            body.textOrNull(ModelShapes.DESCRIPTION),
                            null,
                            null,
                            TemplateReader.config(used),
                            List.of(),
                            List.of(),
                            TemplateReader.installTypes(body, used),
                            trial(body),
                            body.object().toJson()));
        }
        if (ImageReader.isMeant(body)) {
            return image(body, name, version);
        }
        ModelSource source = ModelSourceReader.read(body, objectHost);
        ModelType type = ModelTypes.required(body);
        ModelConfig config = initialConfig(body, type);
        Findings findings = new Findings();
        List<ModelApi> apis = ApiReader.read(body, type, findings);
        List<Dependency> dependencies = DependencyReader.read(body, findings);
        findings.throwIfAny(ErrorCode.CONFIG_UNSUPPORTED);
        ModelSpec spec = new ModelSpec(
                name,
                version,
                type,
                source,
                body.textOrNull(ModelShapes.DESCRIPTION),
                executionCode(body),
                runtime(body, type),
                config,
                config == null ? apis : List.of(),
                config == null ? dependencies : List.of(),
                body.texts(ModelShapes.INSTALL_TYPES),
                trial(body),
                body.object().toJson());
        return checked(body, spec);
    }

    /** After what remains in the body has been read. */
    private ModelSpec image(JsonObjectReader body, String name, String version) {
        ModelConfig config = initialConfig(body, ModelType.IMAGE);
        ModelSource.ContainerImage source = ImageReader.read(body, config, objectHost);
        Findings findings = new Findings();
        List<ModelApi> apis = ApiReader.read(body, ModelType.IMAGE, findings);
        findings.throwIfAny(ErrorCode.CONFIG_UNSUPPORTED);
        TrialSpec trial = trial(body);
        if (trial.prediction() != null && trial.prediction().file() != null) {
            throw body.problem(
                    ModelShapes.TRIAL.name(),
                    "'prediction.file' is a file of a package, and an image is none: send it as 'prediction.body'");
        }
        return checked(
                body,
                new ModelSpec(
                        name,
                        version,
                        ModelType.IMAGE,
                        source,
                        body.textOrNull(ModelShapes.DESCRIPTION),
                        null,
                        null,
                        config,
                        config == null ? apis : List.of(),
                        List.of(),
                        body.texts(ModelShapes.INSTALL_TYPES),
                        trial,
                        body.object().toJson()));
    }

    private static ModelSpec checked(JsonObjectReader body, ModelSpec spec) {
        readDescriptive(body);
        refuseWhatIsNotBuilt(body);
        body.refuseUnknownFields();
        return spec;
    }

    private @Nullable ObjectUri executionCode(JsonObjectReader body) {
        String text = body.textOrNull(ModelShapes.CODE.name());
        if (text == null) {
            return null;
        }
        ObjectUri code = ObjectUri.parse(text, objectHost);
        if (!code.baseName().equals("customize_service.py")) {
            throw body.problem("execution_code", "expected an object customize_service.py, found '%s'".formatted(text));
        }
        return code;
    }

    private static TrialSpec trial(JsonObjectReader body) {
        JsonObjectReader trial = body.objectOrNull(ModelShapes.TRIAL);
        if (trial == null) {
            return TrialSpec.USUAL;
        }
        TrialSpec spec = new TrialSpec(
                trial.textOrNull(ModelShapes.TRIAL_POOL),
                trial.textOrNull(ModelShapes.TRIAL_SPECIFICATION),
                trial.textMap(ModelShapes.TRIAL_ENVS),
                prediction(trial));
        trial.refuseUnknownFields();
        return spec;
    }

    private static @Nullable TrialPrediction prediction(JsonObjectReader trial) {
        JsonObjectReader prediction = trial.objectOrNull(ModelShapes.PREDICTION);
        if (prediction == null) {
            return null;
        }
        JsonValue body = prediction.valueOrNull(ModelShapes.PREDICTION_BODY.name());
        JsonValue expected = prediction.valueOrNull(ModelShapes.PREDICTION_ANSWER.name());
        String file = prediction.textOrNull(ModelShapes.PREDICTION_FILE);
        if (body != null && file != null) {
            throw prediction.problem(
                    ModelShapes.PREDICTION_FILE.name(), "either a body or a file can be sent: leave one of them out");
        }
        TrialPrediction read = new TrialPrediction(
                prediction.textOrNull(ModelShapes.PREDICTION_URL),
                body == null ? null : body.toJson(),
                file,
                expected == null ? null : expected.toJson(),
                prediction.decimalOr(ModelShapes.PREDICTION_TOLERANCE, TrialPrediction.USUAL_TOLERANCE));
        prediction.refuseUnknownFields();
        return read;
    }

    private static @Nullable String runtime(JsonObjectReader body, ModelType type) {
        String runtime = body.textOrNull(ModelShapes.RUNTIME);
        return runtime == null
                ? null
                : Runtimes.checked(body.value(ModelShapes.RUNTIME.name()).place(), type, runtime);
    }

    private static @Nullable ModelConfig initialConfig(JsonObjectReader body, ModelType type) {
        JsonValue value = body.valueOrNull(ModelShapes.CONFIG.name());
        if (value == null || (value instanceof JsonValue.JsonObject && value.isEmpty())) {
            return null;
        }
        if (value instanceof JsonValue.JsonText text) {
            if (text.value().isBlank()) {
                return null;
            }
            Findings findings = new Findings();
            JsonValue config = JsonDocument.readTolerant(INITIAL_CONFIG, text.value(), findings);
            return ModelConfigReader.readInitial(config, text.value(), type, findings);
        }
        return ModelConfigReader.readInitial(value, value.toJson(), type, new Findings());
    }

    /** Fields that are only shown with the model. */
    private static void readDescriptive(JsonObjectReader body) {
        body.textOrNull(ModelShapes.SOURCE_TYPE);
        body.textOrNull(ModelShapes.JOB);
        body.textOrNull(ModelShapes.JOB_VERSION);
        body.textOrNull(ModelShapes.ALGORITHM);
        body.objectOrNull(ModelShapes.METRICS);
        parameters(body, ModelShapes.INPUTS);
        parameters(body, ModelShapes.OUTPUTS);
        for (JsonValue entry : body.array(ModelShapes.DOCUMENTS)) {
            JsonObjectReader document = JsonObjectReader.of(entry);
            document.text(ModelShapes.DOCUMENT_NAME);
            document.text(ModelShapes.DOCUMENT_URL);
            document.refuseUnknownFields();
        }
    }

    private static void parameters(JsonObjectReader body, Field.Array field) {
        for (JsonValue entry : body.array(field)) {
            JsonObjectReader parameter = JsonObjectReader.of(entry).asksLater("param_type");
            parameter.text(ModelShapes.PARAMETER_NAME);
            parameter.text(ModelShapes.PARAMETER_URL);
            parameter.text(ModelShapes.PARAMETER_METHOD);
            parameter.text(ModelShapes.PARAMETER_PROTOCOL);
            parameter.text(ModelShapes.PARAMETER_TYPE);
            parameter.valueOrNull(ModelShapes.PARAMETER_LEAST.name());
            parameter.valueOrNull(ModelShapes.PARAMETER_MOST.name());
            parameter.valueOrNull(ModelShapes.PARAMETER_DESCRIPTION.name());
            parameter.refuseUnknownFields();
        }
    }

    private static void refuseWhatIsNotBuilt(JsonObjectReader body) {
        if (ImageReader.isMeant(body) || TemplateReader.isMeant(body)) {
            JsonValue fetched = body.usedOrNull(ModelShapes.NOT_FETCHED);
            if (fetched != null) {
                throw body.problem(
                        ModelShapes.NOT_FETCHED.name(),
                        "only a package of an engine is loaded where it is deployed, %s: leave it out (found %s)"
                                .formatted(
                                        ImageReader.isMeant(body)
                                                ? "for an image write \"source_copy\": \"false\""
                                                : "import the files of the template as a package with a config.json",
                                        fetched.description()));
            }
        }
        if (!ImageReader.isMeant(body)) {
            JsonValue copied = body.usedOrNull(ModelShapes.SOURCE_COPY);
            if (copied != null) {
                throw body.problem(
                        ModelShapes.SOURCE_COPY.name(),
                        "packages are always copied, only for an image it may be \"false\": leave it out (found %s)"
                                .formatted(copied.description()));
            }
            JsonValue command = body.usedOrNull(ModelShapes.NO_COMMAND);
            if (command != null) {
                throw body.problem(
                        ModelShapes.NO_COMMAND.name(),
                        "only an image has a start command, a package is started by the server of its engine: leave it out (found %s)"
                                .formatted(command.description()));
            }
        }
        body.notBuiltYet(ModelShapes.WORKSPACE);
    }
}
