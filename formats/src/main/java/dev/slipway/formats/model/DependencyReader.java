package dev.slipway.formats.model;

import dev.slipway.domain.model.Dependency;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonPlace;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code dependencies} (guide, tables 4-6 and 4-7). */
final class DependencyReader {

    private static final Pattern FOR_PIP = Pattern.compile("([A-Za-z0-9._-]+) *(==|>=|<=) *([0-9][A-Za-z0-9.+!_-]*)");
    private static final Pattern SOURCES =
            Pattern.compile("(git\\+|https?:).*|.*\\.(tar\\.gz|tgz|tar\\.bz2|zip|egg)", Pattern.CASE_INSENSITIVE);
    private static final Map<String, String> RESTRAINTS = Map.ofEntries(
            Map.entry("exact", "EXACT"),
            Map.entry("equal", "EXACT"),
            Map.entry("=", "EXACT"),
            Map.entry("==", "EXACT"),
            Map.entry("atleast", "ATLEAST"),
            Map.entry("at least", "ATLEAST"),
            Map.entry(">=", "ATLEAST"),
            Map.entry("atmost", "ATMOST"),
            Map.entry("at most", "ATMOST"),
            Map.entry("<=", "ATMOST"));

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

    /** What pip and its users write, with what to write instead. */
    private static void refuseOtherWriting(JsonObjectReader asked) {
        String name = asked.valueOrNull("package_name") instanceof JsonValue.JsonText text ? text.value() : "";
        JsonPlace place = asked.placeOf("package_name");
        Matcher versioned = FOR_PIP.matcher(name);
        if (versioned.matches()) {
            String restraint = Objects.requireNonNull(RESTRAINTS.get(versioned.group(2)));
            throw ConfigRule.PACKAGE_FOR_PIP.at(place, name, versioned.group(1), versioned.group(3), restraint);
        }
        if (SOURCES.matcher(name).matches()) {
            throw ConfigRule.PACKAGE_OF_SOURCES.at(place, name);
        }
        if (name.endsWith(".txt")) {
            throw ConfigRule.PACKAGE_LIST.at(place, name);
        }
        if (!name.isBlank() && !name.equals(name.strip())) {
            throw ConfigRule.PACKAGE_BLANKS.at(place, name, name.strip());
        }
        String restraint = asked.valueOrNull("restraint") instanceof JsonValue.JsonText text ? text.value() : "";
        String meant = RESTRAINTS.get(restraint.strip().toLowerCase(Locale.ROOT));
        if (meant != null && !meant.equals(restraint)) {
            throw ConfigRule.RESTRAINT_WRITTEN.at(asked.placeOf("restraint"), restraint, meant);
        }
    }

    private static Dependency dependency(JsonObjectReader asked, Findings findings) {
        refuseOtherWriting(asked);
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
