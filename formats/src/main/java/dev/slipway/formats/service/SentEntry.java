package dev.slipway.formats.service;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;

/** JSON objects that were stored as text. */
final class SentEntry {

    private static final JsonSource STORED = JsonSource.named("stored configuration", ErrorCode.PARAMETER);

    private SentEntry() {}

    static JsonValue.JsonObject parse(String text) {
        if (JsonDocument.read(STORED, text) instanceof JsonValue.JsonObject object) {
            return object;
        }
        throw new IllegalStateException("stored configuration: expected a JSON object");
    }
}
