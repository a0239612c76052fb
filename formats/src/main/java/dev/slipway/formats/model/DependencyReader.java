package dev.slipway.formats.model;

import dev.slipway.domain.model.Dependency;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code dependencies} (guide, tables 4-6 and 4-7). */
final class DependencyReader {

    private DependencyReader() {}

    /** The packages of all entries, in order. What cannot be read is a fault, and left out. */
    static List<Dependency> read(JsonObjectReader owner, Findings findings) {
        List<Dependency> all = new ArrayList<>();
        List<JsonValue> entries = findings.reading(() -> owner.array(ModelShapes.DEPENDENCIES));
        if (entries != null) {
            entries.forEach(entry -> findings.reading(() -> readEntry(JsonObjectReader.of(entry), all, findings)));
        }
        return List.copyOf(all);
    }

    /** True, if it can be read. */
    private static boolean readEntry(JsonObjectReader entry, List<Dependency> all, Findings findings) {
        findings.reading(() -> entry.text(ModelShapes.INSTALLER));
        for (JsonValue element : entry.array(ModelShapes.PACKAGES)) {
            Dependency read = findings.reading(() -> dependency(JsonObjectReader.of(element), findings));
            if (read != null) {
                all.add(read);
            }
        }
        entry.forEachMisspelt((value, meant) -> ConfigRule.KEY_LOST.tell(findings, value.place(), meant));
        return true;
    }

    private static Dependency dependency(JsonObjectReader asked, Findings findings) {
        String name = asked.text(ModelShapes.PACKAGE_NAME);
        String version = asked.textOrNull(ModelShapes.PACKAGE_VERSION);
        String restraint = asked.textOrNull(ModelShapes.RESTRAINT);
        asked.forEachMisspelt((value, meant) -> ConfigRule.KEY_LOST.tell(findings, value.place(), meant));
        if (version == null) {
            boolean isWheel = name.endsWith(".whl");
            if (restraint != null) {
                ConfigRule.RESTRAINT_ALONE.tell(findings, asked.placeOf("restraint"), restraint);
            } else if (!isWheel) {
                ConfigRule.PACKAGE_OF_ANY_VERSION.tell(findings, asked.placeOf("package_name"), name);
            }
            return new Dependency(name, null, null);
        }
        if (restraint == null) {
            ConfigRule.RESTRAINT_MISSING.tell(findings, asked.placeOf("package_version"), version);
            return new Dependency(name, version, Dependency.Restraint.EXACT);
        }
        return new Dependency(name, version, Dependency.Restraint.valueOf(restraint));
    }
}
