package dev.slipway.formats.model;

import dev.slipway.formats.json.JsonValue;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the answer of a model with the one that its user expects: objects may have further fields, arrays may not have further
 * elements, numbers may differ by a tolerance.
 */
public final class ExpectedAnswer {

    private final double tolerance;

    /** @param tolerance relative to the expected number, and absolute below 1 */
    public ExpectedAnswer(double tolerance) {
        this.tolerance = tolerance;
    }

    /** The first place where the answer is another, with both values; empty if it is as expected. */
    public Optional<String> difference(JsonValue expected, JsonValue found) {
        return difference("", expected, found);
    }

    /** For values that are neither objects nor arrays. */
    private boolean isSame(JsonValue expected, @Nullable JsonValue found) {
        return switch (expected) {
            case JsonValue.JsonNumber number -> found instanceof JsonValue.JsonNumber other && isNear(number, other);
            case JsonValue.JsonText text ->
                found instanceof JsonValue.JsonText other && text.value().equals(other.value());
            case JsonValue.JsonBoolean flag ->
                found instanceof JsonValue.JsonBoolean other && flag.value() == other.value();
            case JsonValue.JsonNull ignored -> found instanceof JsonValue.JsonNull;
            case JsonValue.JsonObject ignored -> false;
            case JsonValue.JsonArray ignored -> false;
        };
    }

    private Optional<String> difference(String path, JsonValue expected, @Nullable JsonValue found) {
        if (expected instanceof JsonValue.JsonObject object && found instanceof JsonValue.JsonObject other) {
            return inObject(path, object, other);
        }
        if (expected instanceof JsonValue.JsonArray array && found instanceof JsonValue.JsonArray other) {
            return inArray(path, array, other);
        }
        return isSame(expected, found) ? Optional.empty() : told(path, expected, found);
    }

    private Optional<String> inObject(String path, JsonValue.JsonObject expected, JsonValue.JsonObject found) {
        for (Map.Entry<String, JsonValue> field : expected.fields().entrySet()) {
            String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            Optional<String> difference = difference(name, field.getValue(), found.get(field.getKey()));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private Optional<String> inArray(String path, JsonValue.JsonArray expected, JsonValue.JsonArray found) {
        int wanted = expected.elements().size();
        if (wanted != found.elements().size()) {
            return Optional.of("%s: expected %d elements, found %d"
                    .formatted(place(path), wanted, found.elements().size()));
        }
        for (int i = 0; i < wanted; i++) {
            Optional<String> difference = difference(
                    "%s[%d]".formatted(path, i),
                    expected.elements().get(i),
                    found.elements().get(i));
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private boolean isNear(JsonValue.JsonNumber expected, JsonValue.JsonNumber found) {
        double wanted = Double.parseDouble(expected.literal());
        double other = Double.parseDouble(found.literal());
        return expected.literal().equals(found.literal())
                || Math.abs(wanted - other) <= tolerance * Math.max(1, Math.abs(wanted));
    }

    private static Optional<String> told(String path, JsonValue expected, @Nullable JsonValue found) {
        return Optional.of("%s: expected %s, found %s"
                .formatted(place(path), shown(expected), found == null ? "nothing" : shown(found)));
    }

    private static String place(String path) {
        return path.isEmpty() ? "the answer" : "'%s' of the answer".formatted(path);
    }

    private static String shown(JsonValue value) {
        String json = value.toJson();
        return json.length() <= 200 ? json : json.substring(0, 199) + "…";
    }
}
