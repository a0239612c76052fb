package dev.slipway.formats.model;

import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;

/** Reads {@code dependencies}. Environments are not built yet, so a required package is refused by name. */
final class DependencyReader {

    private DependencyReader() {}

    static void refuseUses(JsonObjectReader owner) {
        for (JsonValue entry : owner.array(ModelShapes.DEPENDENCIES)) {
            JsonObjectReader dependency = JsonObjectReader.of(entry);
            dependency.text(ModelShapes.INSTALLER);
            for (JsonValue element : dependency.array(ModelShapes.PACKAGES.name())) {
                JsonObjectReader wanted = JsonObjectReader.of(element);
                throw wanted.problem(
                        "package_name",
                        "pip package '%s': packages with dependencies are not supported by this version of Slipway yet"
                                .formatted(wanted.text("package_name")));
            }
        }
    }
}
