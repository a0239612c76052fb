package dev.slipway.formats.model;

import dev.slipway.formats.field.Field;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;
import java.util.Map;

/** What models elsewhere can have and cannot have here, each with its reason. */
final class UnsupportedUses {

    private static final Map<Field.Unused, String> REASONS = Map.of(
            ModelShapes.REQUEST_MODE,
            "models answer synchronously here, asynchronous mode is not supported: send long work to a batch service, or leave it out (found %s)",
            ModelShapes.ENCRYPTION,
            "encrypted models are not supported: let the object store encrypt the package at rest, and leave it out (found %s)",
            ModelShapes.SUBSCRIPTION,
            "subscribed models are not supported, there is no market here: import the model as a package (found %s)",
            ModelShapes.MARKET,
            "subscribed models are not supported, there is no market here: import the model as a package (found %s)");

    private UnsupportedUses() {}

    static void refuse(JsonObjectReader body) {
        for (Map.Entry<Field.Unused, String> reason : REASONS.entrySet()) {
            JsonValue found = body.usedOrNull(reason.getKey());
            if (found != null) {
                throw found.place().problem(reason.getValue().formatted(found.description()));
            }
        }
    }
}
