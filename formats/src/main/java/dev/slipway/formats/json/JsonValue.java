package dev.slipway.formats.json;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value and its position. {@link #toJson()} writes it with numbers and order unchanged. */
public sealed interface JsonValue {

    JsonPlace place();

    /** The value as compact JSON text, with order of fields and spelling of numbers unchanged. */
    default String toJson() {
        StringBuilder out = new StringBuilder();
        JsonWriting.write(this, out);
        return out.toString();
    }

    /** A text as JSON writes it, in quotation marks. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder();
        JsonWriting.writeText(text, out);
        return out.toString();
    }

    /** Whether this is null, the empty text, the empty object or the empty array. */
    default boolean isEmpty() {
        return switch (this) {
            case JsonNull ignored -> true;
            case JsonText text -> text.value().isEmpty();
            case JsonArray array -> array.elements().isEmpty();
            case JsonObject object -> object.fields().isEmpty();
            case JsonNumber ignored -> false;
            case JsonBoolean ignored -> false;
        };
    }

    /** The value for messages: its kind and the beginning of its text. */
    default String description() {
        return switch (this) {
            case JsonNull ignored -> "null";
            case JsonText text -> "the text " + shortened("\"" + text.value() + "\"");
            case JsonNumber number -> "the number " + shortened(number.literal());
            case JsonBoolean bool -> Boolean.toString(bool.value());
            case JsonArray array -> "an array of %d".formatted(array.elements().size());
            case JsonObject ignored -> "an object";
        };
    }

    private static String shortened(String text) {
        return text.length() <= 60 ? text : text.substring(0, 59) + "…";
    }

    /** @param fields in the order of the document */
    record JsonObject(JsonPlace place, Map<String, JsonValue> fields) implements JsonValue {
        public JsonObject {
            fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /** The field's value; null if there is no such field. */
        public @Nullable JsonValue get(String name) {
            return fields.get(name);
        }
    }

    record JsonArray(JsonPlace place, List<JsonValue> elements) implements JsonValue {
        public JsonArray {
            elements = List.copyOf(elements);
        }
    }

    record JsonText(JsonPlace place, String value) implements JsonValue {}

    /** @param literal as it was written */
    record JsonNumber(JsonPlace place, String literal) implements JsonValue {

        /** The exact number. Its exponent may be huge: call {@link #isWithin} before converting it to an integer. */
        public BigDecimal decimal() {
            return new BigDecimal(literal);
        }

        /** Whether this is a whole number from {@code least} to {@code most}. */
        public boolean isWithin(long least, long most) {
            BigDecimal number = decimal();
            return number.compareTo(BigDecimal.valueOf(least)) >= 0
                    && number.compareTo(BigDecimal.valueOf(most)) <= 0
                    && (number.signum() == 0 || number.stripTrailingZeros().scale() <= 0);
        }
    }

    record JsonBoolean(JsonPlace place, boolean value) implements JsonValue {}

    record JsonNull(JsonPlace place) implements JsonValue {}
}
