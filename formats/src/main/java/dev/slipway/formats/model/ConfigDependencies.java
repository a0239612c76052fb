package dev.slipway.formats.model;

import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The names of the packages that a config.json asks pip for. */
public final class ConfigDependencies {

    private ConfigDependencies() {}

    /** As they are written; empty if there are none. */
    public static List<String> of(ModelConfig config) {
        JsonSource source = JsonSource.named("config.json", ErrorCode.CONFIG_VIOLATES_SPECIFICATION);
        List<String> names = new ArrayList<>();
        try {
            if (JsonDocument.readTolerant(source, config.text(), new Findings())
                    instanceof JsonValue.JsonObject whole) {
                collect(whole.get("dependencies"), names, source);
            }
        } catch (Invalid readBefore) {
            throw new IllegalStateException("a config that was read cannot be read again", readBefore);
        }
        return List.copyOf(names);
    }

    private static void collect(@Nullable JsonValue value, List<String> names, JsonSource source) {
        switch (value) {
            case null -> {}
            case JsonValue.JsonArray array -> array.elements().forEach(each -> collect(each, names, source));
            case JsonValue.JsonObject object -> {
                if (object.get("package_name") instanceof JsonValue.JsonText name) {
                    names.add(name.value());
                }
                collect(object.get("packages"), names, source);
            }
            case JsonValue.JsonText text -> {
                if (text.value().startsWith("[")) {
                    collect(JsonDocument.read(source, text.value()), names, source);
                }
            }
            case JsonValue.JsonNumber ignored -> {}
            case JsonValue.JsonBoolean ignored -> {}
            case JsonValue.JsonNull ignored -> {}
        }
    }
}
