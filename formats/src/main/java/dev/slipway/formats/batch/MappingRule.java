package dev.slipway.formats.batch;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Maps a row to a request: the JSON schema of the request with the column of each value as {@code index}, from 0. A value whose index is
 * not a whole number of at least 0 is left out of the request; one beyond the row fails the row, however large it is. Numbers are written as
 * in the row, whole numbers of type integer without a fraction.
 */
public final class MappingRule {
    // The grammar of JSON. Java's own parsers also accept a sign '+', NaN and hexadecimal digits.
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]*)");
    /** Of a whole number that is written with an exponent. */
    private static final int LONGEST_INTEGER = 400;

    private static final int SHOWN = 60;

    private final Node root;

    private MappingRule(Node root) {
        this.root = root;
    }

    /** @throws Invalid PARAMETER, with the position in the rule */
    public static MappingRule parse(String json) {
        return parse(JsonDocument.read(JsonSource.named("mapping_rule", ErrorCode.PARAMETER), json));
    }

    /**
     * Reads a rule that is part of another document. Any object or array in it may also be JSON text in a string.
     *
     * @throws Invalid of the document's code, with the position in the rule
     */
    public static MappingRule parse(JsonValue rule) {
        Node root = node(rule, "");
        if (!root.hasColumn()) {
            throw rule.place().problem("no value has an index, expected at least one column number from 0 on");
        }
        return new MappingRule(root);
    }

    /** The request of a row that is known as texts. */
    public RowRequest request(List<String> row) {
        ByteBuilder out = new ByteBuilder(128);
        String unfit = write(TableFields.of(row), out);
        return unfit == null
                ? new RowRequest.Body(new String(out.array(), 0, out.length(), StandardCharsets.UTF_8))
                : new RowRequest.Unfit(unfit);
    }

    /**
     * Appends the request of a row, as JSON in UTF-8. Returns why the row does not fit, with the name of the column, and appends nothing
     * then; null if it fits.
     */
    public @Nullable String write(TableFields row, ByteBuilder out) {
        int begun = out.length();
        String unfit = root.write(row, out);
        if (unfit != null) {
            out.truncate(begun);
        }
        return unfit;
    }

    private static Node node(JsonValue value, String path) {
        JsonObjectReader reader = JsonObjectReader.of(value);
        String type = reader.textOrNull("type");
        if (type == null) {
            type = reader.has("properties") ? "object" : reader.has("items") ? "array" : "";
        }
        return switch (type) {
            case "object" -> object(reader, path);
            case "array" -> array(reader, path);
            case "string", "number", "integer", "boolean" ->
                new Leaf(
                        Leaf.Type.valueOf(type.toUpperCase(Locale.ROOT)),
                        indexOrNull(reader.valueOrNull("index")),
                        path);
            default ->
                throw reader.problem(
                        "type",
                        "expected one of [object, array, string, number, integer, boolean], found '%s'"
                                .formatted(type));
        };
    }

    private static Node object(JsonObjectReader reader, String path) {
        List<Property> properties = new ArrayList<>();
        JsonObjectReader fields = reader.objectOrNull("properties");
        if (fields == null) {
            return new Obj(properties);
        }
        for (String name : fields.object().fields().keySet()) {
            JsonObjectReader property = fields.object(name);
            byte[] written = (JsonLines.quoted(name) + ":").getBytes(StandardCharsets.UTF_8);
            properties.add(new Property(written, node(property.object(), path.isEmpty() ? name : path + "." + name)));
        }
        return new Obj(properties);
    }

    private static Node array(JsonObjectReader reader, String path) {
        List<Node> elements = new ArrayList<>();
        JsonValue items = reader.structureOrNull("items");
        if (items instanceof JsonValue.JsonArray several) {
            for (JsonValue item : several.elements()) {
                elements.add(node(item, path + "[" + elements.size() + "]"));
            }
        } else if (items != null) {
            elements.add(node(items, path + "[0]"));
        }
        return new Arr(elements);
    }

    /** A larger index than fits into a long is the largest: no row has so many columns. */
    private static @Nullable Long indexOrNull(@Nullable JsonValue value) {
        BigDecimal index = null;
        if (value instanceof JsonValue.JsonNumber number) {
            index = number.decimal();
        } else if (value instanceof JsonValue.JsonText text && text.value().matches("[0-9]+")) {
            index = new BigDecimal(text.value());
        }
        if (index == null || index.signum() < 0 || !isWhole(index)) {
            return null;
        }
        boolean fits = index.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0;
        return fits ? index.longValueExact() : Long.MAX_VALUE;
    }

    private static boolean isWhole(BigDecimal number) {
        return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    }

    private sealed interface Node {
        /** Whether any value of it comes from the row; if none does it is written without values. */
        boolean hasColumn();

        /** Writes the value; returns why the row does not fit, or null if it does. */
        @Nullable
        String write(TableFields row, ByteBuilder out);

        /** Whether it is left out. */
        default boolean isLeftOut() {
            return false;
        }
    }

    /** A property of an object: its name as it is written, and its value. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Property(byte[] name, Node value) {}

    private record Obj(List<Property> properties) implements Node {
        @Override
        public boolean hasColumn() {
            return properties.stream().anyMatch(property -> property.value().hasColumn());
        }

        @Override
        public @Nullable String write(TableFields row, ByteBuilder out) {
            out.append('{');
            boolean isFirst = true;
            for (Property property : properties) {
                if (property.value().isLeftOut()) {
                    continue;
                }
                if (!isFirst) {
                    out.append(',');
                }
                isFirst = false;
                out.append(property.name());
                String unfit = property.value().write(row, out);
                if (unfit != null) {
                    return unfit;
                }
            }
            out.append('}');
            return null;
        }
    }

    private record Arr(List<Node> elements) implements Node {
        @Override
        public boolean hasColumn() {
            return elements.stream().anyMatch(Node::hasColumn);
        }

        @Override
        public @Nullable String write(TableFields row, ByteBuilder out) {
            out.append('[');
            boolean isFirst = true;
            for (Node element : elements) {
                if (element.isLeftOut()) {
                    continue;
                }
                if (!isFirst) {
                    out.append(',');
                }
                isFirst = false;
                String unfit = element.write(row, out);
                if (unfit != null) {
                    return unfit;
                }
            }
            out.append(']');
            return null;
        }
    }

    private record Leaf(Type type, @Nullable Long column, String path) implements Node {
        private enum Type {
            STRING,
            NUMBER,
            INTEGER,
            BOOLEAN
        }

        @Override
        public boolean hasColumn() {
            return column != null;
        }

        @Override
        public boolean isLeftOut() {
            return column == null;
        }

        @Override
        public @Nullable String write(TableFields row, ByteBuilder out) {
            Long index = column;
            if (index == null) {
                return null;
            }
            if (index >= row.count()) {
                return "column %s ('%s') is missing: the row has %d%s"
                        .formatted(ordinal(index), path, row.count(), Separators.ofShort(row.texts()));
            }
            int field = index.intValue();
            return writePlain(row, field, out) ? null : writeText(row, row.text(field), index, out);
        }

        /** Writes the usual spellings of values, as they stand in the row; false if it is another, which costs a text. */
        private boolean writePlain(TableFields row, int field, ByteBuilder out) {
            byte[] bytes = row.bytes();
            int from = row.start(field);
            int to = row.end(field);
            switch (type) {
                case STRING -> {
                    if (!PlainValues.isPlainText(bytes, from, to)) {
                        return false;
                    }
                    out.append('"');
                    out.append(bytes, from, to);
                    out.append('"');
                }
                case NUMBER, INTEGER -> {
                    if (!PlainValues.isPlainNumber(bytes, from, to, type == Type.NUMBER)) {
                        return false;
                    }
                    out.append(bytes, from, to);
                }
                case BOOLEAN -> {
                    return false;
                }
            }
            return true;
        }

        private @Nullable String writeText(TableFields row, String text, long index, ByteBuilder out) {
            String value =
                    switch (type) {
                        case STRING -> JsonLines.quoted(text);
                        case NUMBER -> numberOrNull(text);
                        case INTEGER -> integerOrNull(text);
                        case BOOLEAN -> booleanOrNull(text);
                    };
            if (value == null) {
                return "column %s ('%s'): expected %s, found '%s'%s"
                        .formatted(
                                ordinal(index),
                                path,
                                expected(),
                                shortened(text),
                                Separators.ofValue(row.texts(), text));
            }
            out.append(value);
            return null;
        }

        private String expected() {
            return switch (type) {
                case STRING -> "a text";
                case NUMBER -> "a number of at most 1.8e308";
                case INTEGER -> "a whole number";
                case BOOLEAN -> "true or false";
            };
        }

        private static String ordinal(long index) {
            return BigInteger.valueOf(index).add(BigInteger.ONE).toString();
        }

        /** A number that reads back as infinity is none: models would get it as such. */
        private static @Nullable String numberOrNull(String text) {
            String stripped = text.strip();
            boolean fits = NUMBER.matcher(stripped).matches() && Double.isFinite(Double.parseDouble(stripped));
            return fits ? stripped : null;
        }

        private static @Nullable String integerOrNull(String text) {
            String stripped = text.strip();
            if (INTEGER.matcher(stripped).matches()) {
                return stripped;
            }
            if (!NUMBER.matcher(stripped).matches() || stripped.length() > LONGEST_INTEGER) {
                return null;
            }
            BigDecimal number;
            try {
                number = new BigDecimal(stripped);
            } catch (ArithmeticException | NumberFormatException beyondAnyExponent) {
                return null;
            }
            if (number.signum() == 0) {
                return "0";
            }
            boolean fits = isWhole(number) && number.precision() - (long) number.scale() <= LONGEST_INTEGER;
            return fits ? number.toBigIntegerExact().toString() : null;
        }

        private static @Nullable String booleanOrNull(String text) {
            String lower = text.strip().toLowerCase(Locale.ROOT);
            return lower.equals("true") || lower.equals("false") ? lower : null;
        }

        private static String shortened(String text) {
            return text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
        }
    }
}
