package dev.slipway.formats.model;

import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;

/** Reads {@code dependencies}. Environments are not built yet, so a required package is refused by name. */
final class DependencyReader {

    private DependencyReader() {}

    static void refuseUses(JsonObjectReader owner) {
        for (JsonValue entry : owner.array("dependencies")) {
            JsonObjectReader dependency = JsonObjectReader.of(entry);
            String installer = dependency.text("installer");
            if (!installer.equals("pip")) {
                throw dependency.problem("installer", "expected 'pip', found '%s'".formatted(installer));
            }
            for (JsonValue element : dependency.array("packages")) {
                JsonObjectReader wanted = JsonObjectReader.of(element);
                throw wanted.problem(
                        "package_name",
                        "pip package '%s': packages with dependencies are not supported by this version of Slipway yet"
                                .formatted(wanted.text("package_name")));
            }
        }
    }
}
