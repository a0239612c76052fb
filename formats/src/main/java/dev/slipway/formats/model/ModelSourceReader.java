package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.json.JsonObjectReader;

/** Reads the source of a model that is a package: {@code source_location} and {@code dynamic_loading}. */
final class ModelSourceReader {

    private ModelSourceReader() {}

    /** The folder in the body. */
    static ModelSource.PackageFolder read(JsonObjectReader body, String objectHost) {
        if (body.usedOrNull(ModelShapes.NO_TEMPLATE) != null) {
            throw body.problem(
                    ModelShapes.NO_TEMPLATE.name(),
                    "only a model of type 'Template' has it: write \"model_type\": \"Template\", or leave it out");
        }
        String location = body.text(ModelShapes.SOURCE.name());
        return new ModelSource.PackageFolder(
                ObjectUri.parse(location, objectHost), body.flagOr(ModelShapes.IS_FETCHED.name(), false));
    }
}
