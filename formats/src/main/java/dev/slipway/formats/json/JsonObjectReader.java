package dev.slipway.formats.json;

import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.field.Field;
import dev.slipway.formats.field.TextRule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON object field by field, remembers the names that were read, and in the end refuses all others. A field that is null counts as
 * absent. Not thread-safe.
 */
public final class JsonObjectReader {

    private static final int LONGEST_SHOWN = 80;

    private final JsonValue.JsonObject object;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> askedLater = new LinkedHashSet<>();

    private JsonObjectReader(JsonValue.JsonObject object) {
        this.object = object;
    }

    /** @throws Invalid if the value is not an object */
    public static JsonObjectReader of(JsonValue value) {
        if (value instanceof JsonValue.JsonObject object) {
            return new JsonObjectReader(object);
        }
        throw value.place().problem("expected an object, found " + value.description());
    }

    /**
     * Fields that will be read later, so that they are not suggested as a misspelling of a missing field. They stay unknown until they are
     * read.
     */
    public JsonObjectReader asksLater(String... names) {
        askedLater.addAll(Arrays.asList(names));
        return this;
    }

    /** The object itself. */
    public JsonValue.JsonObject object() {
        return object;
    }

    /** Whether the field exists and is not null. */
    public boolean has(String name) {
        return valueOrNull(name) != null;
    }

    /** The field's value; null if it is absent or null. */
    public @Nullable JsonValue valueOrNull(String name) {
        known.add(name);
        JsonValue value = object.get(name);
        return value instanceof JsonValue.JsonNull ? null : value;
    }

    public JsonValue value(String name) {
        JsonValue value = valueOrNull(name);
        if (value == null) {
            throw missing(name, "a value");
        }
        return value;
    }

    /** A text that must be there and not empty. */
    public String text(String name) {
        String text = textOrNull(name);
        if (text == null) {
            throw missing(name, "a text");
        }
        return text;
    }

    /** A text; null if it is absent, null or empty. */
    public @Nullable String textOrNull(String name) {
        JsonValue value = valueOrNull(name);
        if (value == null) {
            return null;
        }
        if (value instanceof JsonValue.JsonText text) {
            return text.value().isEmpty() ? null : text.value();
        }
        throw value.place().problem("expected a text, found " + value.description());
    }

    /** A text by that field's rule and choices; must be there. */
    public String text(Field.Text field) {
        return checked(field, text(field.name()));
    }

    /** As {@link #text(Field.Text)}; null if it is absent, null or empty. */
    public @Nullable String textOrNull(Field.Text field) {
        String text = textOrNull(field.name());
        return text == null ? null : checked(field, text);
    }

    private String checked(Field.Text field, String text) {
        TextRule rule = field.rule();
        if (rule != null && !rule.allows(text)) {
            throw problem(field.name(), "%s, found '%s'".formatted(rule.words(), shortened(text)));
        }
        if (!field.choices().isEmpty() && !field.choices().contains(text)) {
            throw problem(field.name(), "expected one of %s, found '%s'".formatted(field.choices(), shortened(text)));
        }
        return text;
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN - 1) + "…";
    }

    /** A text that must be one of {@code choices}; {@code fallback} if it is absent, null or empty. */
    public String choiceOr(String name, String fallback, List<String> choices) {
        String text = textOrNull(name);
        if (text == null) {
            return fallback;
        }
        if (!choices.contains(text)) {
            throw problem(name, "expected one of %s, found '%s'".formatted(choices, text));
        }
        return text;
    }

    /** A whole number within that field's limits, as a number or as text; must be there. */
    public int integer(Field.Whole field) {
        Integer number = integerOrNull(field);
        if (number == null) {
            throw missing(field.name(), wholeNumber(field));
        }
        return number;
    }

    /** As {@link #integer}; {@code fallback} if it is absent, null or the empty text. */
    public int integerOr(Field.Whole field, int fallback) {
        Integer number = integerOrNull(field);
        return number == null ? fallback : number;
    }

    /** As {@link #integer}; null if it is absent, null or the empty text. */
    public @Nullable Integer integerOrNull(Field.Whole field) {
        JsonValue value = valueOrNull(field.name());
        if (value == null) {
            return null;
        }
        if (value instanceof JsonValue.JsonNumber number && number.isWithin(field.least(), field.most())) {
            return number.decimal().intValueExact();
        }
        if (value instanceof JsonValue.JsonText text) {
            if (text.value().isEmpty()) {
                return null;
            }
            if (field.pattern().matcher(text.value()).matches()) {
                return Integer.parseInt(text.value());
            }
        }
        throw value.place().problem("expected %s, found %s".formatted(wholeNumber(field), value.description()));
    }

    private static String wholeNumber(Field.Whole field) {
        return field.least() == field.most()
                ? "the number " + field.least()
                : "a whole number from %d to %d".formatted(field.least(), field.most());
    }

    /** A number within that field's limits, as a number or as text; {@code fallback} if it is absent, null or the empty text. */
    public double decimalOr(Field.Decimal field, double fallback) {
        JsonValue value = valueOrNull(field.name());
        if (value == null
                || (value instanceof JsonValue.JsonText text && text.value().isEmpty())) {
            return fallback;
        }
        BigDecimal number = null;
        if (value instanceof JsonValue.JsonNumber found) {
            number = found.decimal();
        } else if (value instanceof JsonValue.JsonText text
                && field.pattern().matcher(text.value()).matches()) {
            number = new BigDecimal(text.value());
        }
        if (number == null || !field.allows(number)) {
            throw value.place()
                    .problem("expected a number %s %d, found %s"
                            .formatted(
                                    field.isAboveZero() ? "above 0 and at most" : "from 0 to",
                                    field.most(),
                                    value.description()));
        }
        return number.doubleValue();
    }

    /** A true or false, also as text; {@code fallback} if it is absent, null or the empty text. */
    public boolean flagOr(String name, boolean fallback) {
        JsonValue value = valueOrNull(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof JsonValue.JsonBoolean bool) {
            return bool.value();
        }
        if (value instanceof JsonValue.JsonText text) {
            switch (text.value().toLowerCase(Locale.ROOT)) {
                case "" -> {
                    return fallback;
                }
                case "true" -> {
                    return true;
                }
                case "false" -> {
                    return false;
                }
                default -> {} // refused below
            }
        }
        throw value.place().problem("expected true or false, found " + value.description());
    }

    /** The elements of an array, or of JSON text in a string that holds one; empty if it is absent, null or the empty text. */
    public List<JsonValue> array(String name) {
        JsonValue value = structureOrNull(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof JsonValue.JsonArray array) {
            return array.elements();
        }
        throw value.place().problem("expected an array, found " + value.description());
    }

    /** As {@link #array(String)}, of as many elements as that field may have. */
    public List<JsonValue> array(Field.Array field) {
        List<JsonValue> elements = array(field.name());
        if (elements.size() < field.least()) {
            throw problem(
                    field.name(),
                    elements.isEmpty() && field.least() == 1
                            ? "expected at least one entry, found none"
                            : "expected at least %d entries, found %d".formatted(field.least(), elements.size()));
        }
        if (elements.size() > field.most()) {
            throw problem(
                    field.name(),
                    "expected at most %s, found %d"
                            .formatted(field.most() == 1 ? "one entry" : field.most() + " entries", elements.size()));
        }
        return elements;
    }

    /** As {@link #texts(String)}, of that field's choices. */
    public List<String> texts(Field.Texts field) {
        List<String> texts = texts(field.name());
        for (String text : texts) {
            if (!field.choices().contains(text)) {
                throw problem(
                        field.name(), "expected some of %s, found '%s'".formatted(field.choices(), shortened(text)));
            }
        }
        return texts;
    }

    /** Texts from an array of texts, or from one bare text; empty if it is absent, null or empty. */
    public List<String> texts(String name) {
        if (valueOrNull(name) instanceof JsonValue.JsonText text
                && !text.value().startsWith("[")) {
            return text.value().isEmpty() ? List.of() : List.of(text.value());
        }
        List<String> texts = new ArrayList<>();
        for (JsonValue element : array(name)) {
            if (!(element instanceof JsonValue.JsonText text)) {
                throw element.place().problem("expected a text, found " + element.description());
            }
            texts.add(text.value());
        }
        return List.copyOf(texts);
    }

    /** An object, or JSON text in a string that holds one; must be there. */
    public JsonObjectReader object(String name) {
        JsonObjectReader reader = objectOrNull(name);
        if (reader == null) {
            throw missing(name, "an object");
        }
        return reader;
    }

    /** An object, or JSON text in a string that holds one; null if it is absent, null or the empty text. */
    public @Nullable JsonObjectReader objectOrNull(String name) {
        JsonValue value = structureOrNull(name);
        return value == null ? null : of(value);
    }

    private Map<String, String> textMap(String name) {
        JsonObjectReader reader = objectOrNull(name);
        if (reader == null) {
            return Map.of();
        }
        Map<String, String> map = new LinkedHashMap<>();
        reader.object.fields().forEach((key, value) -> map.put(key, scalar(value)));
        return Collections.unmodifiableMap(map);
    }

    /**
     * An object whose values are all texts (numbers and truth values as their text), in order, with names by that field's rule; empty if
     * it is absent or null.
     */
    public Map<String, String> textMap(Field.TextMap field) {
        Map<String, String> map = textMap(field.name());
        for (String name : map.keySet()) {
            if (!field.names().allows(name)) {
                throw problem(
                        field.name(), "%s, found '%s'".formatted(field.names().words(), shortened(name)));
            }
        }
        return map;
    }

    /** As {@link #object(String)}; what is in it is up to the caller. */
    public JsonObjectReader object(Field.Structure field) {
        return object(field.name());
    }

    /** As {@link #objectOrNull(String)}; what is in it is up to the caller. */
    public @Nullable JsonObjectReader objectOrNull(Field.Structure field) {
        return objectOrNull(field.name());
    }

    /** The field's value; a text is read as JSON if it is not empty. Null if it is absent, null or the empty text. */
    public @Nullable JsonValue structureOrNull(String name) {
        JsonValue value = valueOrNull(name);
        if (!(value instanceof JsonValue.JsonText text)) {
            return value;
        }
        if (text.value().isBlank()) {
            return null;
        }
        return JsonDocument.read(text.place().source().inside(text.place().path()), text.value());
    }

    /**
     * A field of the wire contract that this version does not support: absent, null, empty or one of the documented defaults is accepted.
     *
     * @throws Invalid for any other use of it
     */
    public void notBuiltYet(Field.Unused field) {
        JsonValue value = usedOrNull(field);
        if (value != null) {
            throw value.place()
                    .problem("this field is not supported by this version of Slipway yet, leave it out (found %s)"
                            .formatted(value.description()));
        }
    }

    /** The value of a field that has no effect; null if it is absent, null, empty or one of the documented defaults. */
    public @Nullable JsonValue usedOrNull(Field.Unused field) {
        JsonValue value = valueOrNull(field.name());
        return value == null || value.isEmpty() || field.defaults().contains(value.toJson()) ? null : value;
    }

    /** @throws Invalid for the first field that was not read, with the nearest known name */
    public void refuseUnknownFields() {
        for (Map.Entry<String, JsonValue> field : object.fields().entrySet()) {
            if (!known.contains(field.getKey())) {
                String nearest = NearestName.of(field.getKey(), known)
                        .map("unknown field, did you mean '%s'?"::formatted)
                        .orElseGet(() -> "unknown field, expected one of " + known);
                throw field.getValue().place().problem(nearest);
            }
        }
    }

    /** Names each field that was not read and is not read later, with the known field that is not there and that it is like. */
    public void forEachMisspelt(BiConsumer<JsonValue, String> found) {
        List<String> absent =
                known.stream().filter(name -> valueOrNull(name) == null).toList();
        for (Map.Entry<String, JsonValue> field : object.fields().entrySet()) {
            if (!known.contains(field.getKey()) && !askedLater.contains(field.getKey())) {
                NearestName.of(field.getKey(), absent).ifPresent(name -> found.accept(field.getValue(), name));
            }
        }
    }

    /** The failure that names the field (or the object and the field, if it is absent). */
    public Invalid problem(String name, String message) {
        return placeOf(name).problem(message);
    }

    /** The position of the field (or that of the object, if it is absent). */
    public JsonPlace placeOf(String name) {
        known.add(name);
        JsonValue value = object.get(name);
        return value == null
                ? object.place()
                        .field(name, object.place().line(), object.place().column())
                : value.place();
    }

    private static String scalar(JsonValue value) {
        return switch (value) {
            case JsonValue.JsonText text -> text.value();
            case JsonValue.JsonNumber number -> number.literal();
            case JsonValue.JsonBoolean bool -> Boolean.toString(bool.value());
            case JsonValue.JsonNull none -> throw none.place().problem("expected a text, found null");
            case JsonValue.JsonArray array ->
                throw array.place().problem("expected a text, found " + array.description());
            case JsonValue.JsonObject object ->
                throw object.place().problem("expected a text, found " + object.description());
        };
    }

    private Invalid missing(String name, String expected) {
        if (object.get(name) instanceof JsonValue.JsonText) {
            return problem(name, "is empty, expected " + expected);
        }
        String found = object.get(name) == null ? "none" + misspelt(name) : "null";
        return problem(name, "expected %s, found %s".formatted(expected, found));
    }

    /** An unread field with a similar name, as a question; empty if there is none. */
    private String misspelt(String name) {
        return object.fields().keySet().stream()
                .filter(field -> !known.contains(field) && !askedLater.contains(field))
                .filter(field -> NearestName.of(field, List.of(name)).isPresent())
                .findFirst()
                .map("; did you mean '%s' by '%%s'?".formatted(name)::formatted)
                .orElse("");
    }
}
