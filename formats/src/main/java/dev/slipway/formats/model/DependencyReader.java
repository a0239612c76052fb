package dev.slipway.formats.model;

import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.util.List;

/** Reads {@code dependencies}. Environments are not built yet, so a required package is refused by name. */
final class DependencyReader {

    private DependencyReader() {}

    static void refuseUses(JsonObjectReader owner, Findings findings) {
        List<JsonValue> dependencies = findings.reading(() -> owner.array(ModelShapes.DEPENDENCIES));
        if (dependencies != null) {
            dependencies.forEach(entry -> findings.reading(() -> refuseUse(entry, findings)));
        }
    }

    /** True, if it can be read. */
    private static boolean refuseUse(JsonValue entry, Findings findings) {
        JsonObjectReader dependency = JsonObjectReader.of(entry);
        findings.reading(() -> dependency.text(ModelShapes.INSTALLER));
        for (JsonValue element : dependency.array(ModelShapes.PACKAGES.name())) {
            JsonObjectReader wanted = JsonObjectReader.of(element);
            findings.notBuilt(wanted.problem(
                    "package_name",
                    "pip package '%s': packages with dependencies are not supported by this version of Slipway yet: put its files beside customize_service.py, or install it in the Python that runs the models, and remove it here"
                            .formatted(wanted.text("package_name"))));
        }
        return true;
    }
}
