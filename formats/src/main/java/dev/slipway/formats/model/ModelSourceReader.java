package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelType;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.json.JsonObjectReader;

/** Reads the source of a model that is no template: {@code model_type} and {@code source_location}. */
final class ModelSourceReader {

    private ModelSourceReader() {}

    /** The source in the body, also if it cannot be imported yet. */
    static ModelSource read(JsonObjectReader body, String objectHost) {
        String type = body.text(ModelShapes.TYPE.name());
        if (body.usedOrNull(ModelShapes.NO_TEMPLATE) != null) {
            throw body.problem(
                    ModelShapes.NO_TEMPLATE.name(),
                    "only a model of type 'Template' has it: write \"model_type\": \"Template\", or leave it out");
        }
        String location = body.text(ModelShapes.SOURCE.name());
        return type.equals(ModelType.IMAGE.wireName())
                ? new ModelSource.ContainerImage(location)
                : new ModelSource.PackageFolder(ObjectUri.parse(location, objectHost));
    }
}
