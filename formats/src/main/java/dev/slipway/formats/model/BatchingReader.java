package dev.slipway.formats.model;

import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonValue;

/**
 * Checks {@code "batching": {"size": 16, "wait_ms": 5}} of a config.json (an extension): how many requests {@code _inference_batch} of the
 * package takes in one call, and how long the first of them waits for others. The runtime reads it from the file.
 */
final class BatchingReader {

    private static final String NAME = "batching";
    private static final int MOST_REQUESTS = 1024;
    private static final int LONGEST_WAIT_MS = 1000;

    private BatchingReader() {}

    /** Whether the config has it. */
    static boolean isIn(JsonObjectReader config) {
        JsonValue value = config.valueOrNull(NAME);
        return value != null && !value.isEmpty();
    }

    static void check(JsonObjectReader config, boolean isImage, Findings findings) {
        JsonValue value = config.valueOrNull(NAME);
        if (value == null || value.isEmpty()) {
            return;
        }
        if (isImage) {
            ConfigRule.BATCHING_OF_IMAGE.tell(findings, value.place());
            return;
        }
        // not as JSON text in a string: the runtime takes an object alone
        JsonObjectReader batching = findings.reading(() -> JsonObjectReader.of(value));
        if (batching == null) {
            return;
        }
        number(batching, "size", 1, MOST_REQUESTS, 16, true, findings);
        number(batching, "wait_ms", 0, LONGEST_WAIT_MS, 5, false, findings);
        batching.forEachMisspelt((found, meant) -> ConfigRule.KEY_LOST.tell(findings, found.place(), meant));
    }

    private static void number(
            JsonObjectReader batching,
            String name,
            int least,
            int most,
            int example,
            boolean isRequired,
            Findings findings) {
        JsonValue value = batching.valueOrNull(name);
        boolean isRight = value == null
                ? !isRequired
                : value instanceof JsonValue.JsonNumber number && number.isWithin(least, most);
        if (!isRight) {
            ConfigRule.BATCHING_NUMBER.tell(
                    findings,
                    batching.placeOf(name),
                    least,
                    most,
                    example,
                    value == null ? "none" : value.description());
        }
    }
}
