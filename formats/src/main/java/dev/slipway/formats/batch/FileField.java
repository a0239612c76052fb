package dev.slipway.formats.batch;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which field of an api's request is the file. */
public final class FileField {
    private FileField() {}

    /**
     * The first property of {@code "type":"file"} in the request's schema; {@code ""} if there is none.
     *
     * @param schema JSON text; null if config.json has none
     */
    public static String of(@Nullable String schema) {
        if (schema == null) {
            return "";
        }
        try {
            return search(JsonDocument.read(JsonSource.named("request schema", ErrorCode.CONFIG_UNSUPPORTED), schema));
        } catch (Invalid notASchema) {
            return ""; // checked by the import: a schema that cannot be read has no file
        }
    }

    private static String search(JsonValue schema) {
        if (!(schema instanceof JsonValue.JsonObject object)
                || !(object.get("properties") instanceof JsonValue.JsonObject properties)) {
            return "";
        }
        for (Map.Entry<String, JsonValue> property : properties.fields().entrySet()) {
            if (property.getValue() instanceof JsonValue.JsonObject of
                    && of.get("type") instanceof JsonValue.JsonText type
                    && type.value().equals("file")) {
                return property.getKey();
            }
        }
        for (JsonValue property : properties.fields().values()) {
            String deeper = search(property);
            if (!deeper.isEmpty()) {
                return deeper;
            }
        }
        return "";
    }
}
