package dev.slipway.formats.model;

import dev.slipway.domain.model.InferenceMode;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelTemplate;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.Arrays;
import java.util.List;

/** Reads a model of a template: {@code template} in place of what a config.json says. */
final class TemplateReader {

    private static final String MODEL_FOLDER = "model";

    private static final String FILE_IN_FORM = """
            {"url": "/", "method": "post", "protocol": "%s",
             "request": {"Content-type": "multipart/form-data",
              "data": {"type": "object", "properties": {"images": {"type": "file"}}, "required": ["images"]}},
             "response": {"Content-type": "application/json", "data": %s}}""";

    private static final String DETECTED = """
            {"type": "object", "properties": {
              "detection_classes": {"type": "array", "items": {"type": "string"}},
              "detection_boxes": {"type": "array", "items": {"type": "array", "minItems": 4, "maxItems": 4, "items": {"type": "number"}}},
              "detection_scores": {"type": "array", "items": {"type": "number"}}}}""";

    private static final String ANALYSIS = """
            {"url": "/", "method": "post", "protocol": "http",
             "request": {"Content-type": "application/json",
              "data": {"type": "object", "properties": {"data": {"type": "object", "properties": {
                "req_data": {"type": "array", "items": [{"type": "object", "properties": {}}]}}}}}},
             "response": {"Content-type": "application/json",
              "data": {"type": "object", "properties": {"data": {"type": "object", "properties": {
                "resp_data": {"type": "array", "items": [{"type": "object", "properties": {}}]}}}}}}}""";

    private TemplateReader() {}

    /** Whether the body says that its model is of a template. */
    static boolean isMeant(JsonObjectReader body) {
        return body.valueOrNull(ModelShapes.TYPE.name()) instanceof JsonValue.JsonText text
                && text.value().equals(ModelType.TEMPLATE.wireName());
    }

    /**
     * The template with its mode and folder.
     *
     * @throws dev.slipway.domain.problem.Invalid PARAMETER by the name of the field; also if the template is refused, with the reason
     */
    static ModelSource.Template read(JsonObjectReader body, String objectHost) {
        for (Field.Unused field : ModelShapes.NOT_OF_TEMPLATES) {
            if (body.usedOrNull(field) != null) {
                throw body.problem(field.name(), "the template says it for a model of type 'Template', leave it out");
            }
        }
        JsonObjectReader use = body.object(ModelShapes.TEMPLATE);
        ModelTemplate template = template(use);
        List<JsonValue> inputs = use.array(ModelShapes.TEMPLATE_INPUTS);
        JsonObjectReader input = JsonObjectReader.of(inputs.getFirst());
        input.text(ModelShapes.INPUT_ID);
        ObjectUri folder = packageOf(ObjectUri.parse(input.text(ModelShapes.INPUT_FOLDER.name()), objectHost));
        input.refuseUnknownFields();
        InferenceMode mode = mode(use, template);
        use.refuseUnknownFields();
        return new ModelSource.Template(template, mode, folder);
    }

    private static ModelTemplate template(JsonObjectReader use) {
        String id = use.text(ModelShapes.TEMPLATE_ID.name());
        ModelTemplate template = ModelTemplate.ofId(id)
                .orElseThrow(() -> use.problem(
                        ModelShapes.TEMPLATE_ID.name(),
                        "template '%s' does not exist, expected one of %s".formatted(id, ids())));
        if (template.standing() == ModelTemplate.Standing.REFUSED) {
            throw use.problem(
                    ModelShapes.TEMPLATE_ID.name(),
                    "template '%s' is not supported: %s"
                            .formatted(id, template.reason().orElse("")));
        }
        return template;
    }

    private static List<String> ids() {
        return Arrays.stream(ModelTemplate.values()).map(ModelTemplate::id).toList();
    }

    private static InferenceMode mode(JsonObjectReader use, ModelTemplate template) {
        String text = use.textOrNull(ModelShapes.INFER_FORMAT);
        if (text == null) {
            return template.mode();
        }
        InferenceMode mode = InferenceMode.ofId(text).orElseThrow();
        if (!template.modes().contains(mode)) {
            throw use.problem(
                    ModelShapes.INFER_FORMAT.name(),
                    "template '%s' has the mode '%s', which cannot be replaced: leave it out, or take a general template"
                            .formatted(template.guideName(), template.mode().id()));
        }
        return mode;
    }

    /** Users of templates name the folder {@code model} itself, or its parent. */
    private static ObjectUri packageOf(ObjectUri named) {
        String key = named.asFolder().key();
        return key.equals(MODEL_FOLDER + "/") || key.endsWith("/" + MODEL_FOLDER + "/")
                ? new ObjectUri(named.bucket(), key.substring(0, key.length() - MODEL_FOLDER.length() - 1))
                : named;
    }

    /** What the package's config.json would say. */
    static ModelConfig config(ModelSource.Template used) {
        String apis =
                switch (used.mode()) {
                    case OBJECT_DETECTION -> FILE_IN_FORM.formatted("http", DETECTED);
                    case IMAGE_PROCESSING -> FILE_IN_FORM.formatted("https", "{\"type\": \"object\"}");
                    case PREDICTIVE_ANALYSIS -> ANALYSIS;
                    case UNDEFINED -> "";
                };
        String text = "{\"model_algorithm\": \"%s\", \"model_type\": \"%s\", \"runtime\": \"%s\", \"apis\": [%s]}"
                .formatted(
                        used.mode().id(),
                        used.template().engine().wireName(),
                        used.template().runtime(),
                        apis);
        JsonSource source = JsonSource.named(
                "template '%s'".formatted(used.template().guideName()), ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
        return ModelConfigReader.readInitial(
                JsonDocument.read(source, text), text, used.template().engine(), new Findings());
    }

    /**
     * How the model may be deployed.
     *
     * @throws dev.slipway.domain.problem.Invalid PARAMETER if a batch is asked for of a mode that has none
     */
    static List<String> installTypes(JsonObjectReader body, ModelSource.Template used) {
        List<String> sent = body.texts(ModelShapes.INSTALL_TYPES);
        if (used.mode().isForBatch()) {
            return sent;
        }
        if (sent.contains("batch")) {
            throw body.problem(
                    ModelShapes.INSTALL_TYPES.name(),
                    "a model of mode 'undefined' cannot be deployed as a batch service: leave 'batch' out, or choose a mode by template.infer_format");
        }
        return sent.isEmpty() ? List.of("real-time") : sent;
    }
}
