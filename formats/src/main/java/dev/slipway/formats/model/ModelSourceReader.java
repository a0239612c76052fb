package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;

/** Reads the source of a model: {@code model_type}, {@code source_type}, {@code template} and {@code source_location}. */
final class ModelSourceReader {

    private ModelSourceReader() {}

    /** The source in the body, also if it cannot be imported yet. */
    static ModelSource read(JsonObjectReader body, String objectHost) {
        String type = body.text("model_type");
        String sourceType = body.textOrNull("source_type");
        JsonValue template = body.structureOrNull("template");
        if (sourceType != null && !sourceType.isEmpty()) {
            return new ModelSource.TrainingOutput(sourceType);
        }
        if (type.equals(ModelType.TEMPLATE.wireName()) || (template != null && !template.isEmpty())) {
            return new ModelSource.Template(template == null ? "" : idOf(template));
        }
        String location = body.text("source_location");
        return type.equals(ModelType.IMAGE.wireName())
                ? new ModelSource.ContainerImage(location)
                : new ModelSource.PackageFolder(ObjectUri.parse(location, objectHost));
    }

    private static String idOf(JsonValue template) {
        return template instanceof JsonValue.JsonObject object
                        && object.get("template_id") instanceof JsonValue.JsonText id
                ? id.value()
                : template.description();
    }
}
