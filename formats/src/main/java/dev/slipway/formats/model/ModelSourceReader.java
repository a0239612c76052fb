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
        String type = body.text(ModelShapes.TYPE.name());
        JsonValue sourceType = body.usedOrNull(ModelShapes.SOURCE_TYPE);
        JsonValue template = body.structureOrNull(ModelShapes.TEMPLATE.name());
        if (sourceType != null) {
            return new ModelSource.TrainingOutput(body.text(ModelShapes.SOURCE_TYPE.name()));
        }
        if (type.equals(ModelType.TEMPLATE.wireName()) || (template != null && !template.isEmpty())) {
            return new ModelSource.Template(template == null ? "" : idOf(template));
        }
        String location = body.text(ModelShapes.SOURCE.name());
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
