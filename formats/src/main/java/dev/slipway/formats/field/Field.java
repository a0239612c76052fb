package dev.slipway.formats.field;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A field of an object in a request. */
public sealed interface Field {

    String name();

    Presence presence();

    /**
     * A text.
     *
     * @param rule null for any
     * @param choices empty for any
     */
    record Text(String name, Presence presence, @Nullable TextRule rule, List<String> choices) implements Field {

        public Text {
            choices = List.copyOf(choices);
        }

        public static Text required(String name) {
            return new Text(name, Presence.REQUIRED, null, List.of());
        }

        public static Text optional(String name) {
            return new Text(name, Presence.OPTIONAL, null, List.of());
        }

        /** The same by that rule. */
        public Text matching(TextRule by) {
            return new Text(name, presence, by, choices);
        }

        /** The same, one of those. */
        public Text oneOf(String... texts) {
            return oneOf(List.of(texts));
        }

        /** The same, one of those. */
        public Text oneOf(List<String> texts) {
            return new Text(name, presence, rule, texts);
        }

        /** The same in a change. */
        public Text kept() {
            return new Text(name, Presence.KEPT, rule, choices);
        }
    }

    /** A whole number from {@code least} (at least 0) to {@code most}, as a number or as its decimal text. */
    record Whole(String name, Presence presence, int least, int most) implements Field {

        public Whole {
            if (least < 0 || most < least) {
                throw new IllegalArgumentException("field '%s': no number from %d to %d".formatted(name, least, most));
            }
        }

        public static Whole required(String name, int least, int most) {
            return new Whole(name, Presence.REQUIRED, least, most);
        }

        public static Whole optional(String name, int least, int most) {
            return new Whole(name, Presence.OPTIONAL, least, most);
        }

        /** The same in a change. */
        public Whole kept() {
            return new Whole(name, Presence.KEPT, least, most);
        }

        /** Of its texts. */
        public Pattern pattern() {
            return Pattern.compile(WholeNumbers.pattern(least, most));
        }
    }

    /** A number from 0 (or above 0) to {@code most}, as a number or as its decimal text of at most nine decimals; optional. */
    record Decimal(String name, boolean isAboveZero, int most) implements Field {

        private static final String DECIMALS = "(?:[.][0-9]{1,9})?";

        @Override
        public Presence presence() {
            return Presence.OPTIONAL;
        }

        public boolean allows(BigDecimal number) {
            return number.signum() >= (isAboveZero ? 1 : 0) && number.compareTo(BigDecimal.valueOf(most)) <= 0;
        }

        /** Of its texts. */
        public Pattern pattern() {
            return Pattern.compile("%s(?:(?:%s)%s|%d(?:[.]0{1,9})?)"
                    .formatted(
                            isAboveZero ? "(?=[0-9.]*[1-9])" : "", WholeNumbers.pattern(0, most - 1), DECIMALS, most));
        }
    }

    /** true or false, as such or as a text in any case; optional. */
    record Truth(String name) implements Field {

        @Override
        public Presence presence() {
            return Presence.OPTIONAL;
        }

        /** Of its texts. */
        public Pattern pattern() {
            return Pattern.compile("[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]");
        }
    }

    /** An object, or its JSON text in a string. */
    record Structure(String name, Presence presence, Shape shape) implements Field {

        public static Structure required(String name, Shape shape) {
            return new Structure(name, Presence.REQUIRED, shape);
        }

        public static Structure optional(String name, Shape shape) {
            return new Structure(name, Presence.OPTIONAL, shape);
        }
    }

    /**
     * An array of objects, or its JSON text in a string.
     *
     * @param least if it is there
     * @param most {@link #ANY_NUMBER} for no limit
     * @param shapes of its elements: each has one of them
     */
    record Array(String name, Presence presence, int least, int most, List<Shape> shapes) implements Field {

        public static final int ANY_NUMBER = Integer.MAX_VALUE;

        public Array {
            shapes = List.copyOf(shapes);
        }

        public static Array required(String name, int least, int most, Shape... shapes) {
            return new Array(name, Presence.REQUIRED, least, most, List.of(shapes));
        }

        public static Array optional(String name, int most, Shape... shapes) {
            return new Array(name, Presence.OPTIONAL, 0, most, List.of(shapes));
        }
    }

    /** Some of {@code choices}: an array, its JSON text in a string, or one bare text; optional. */
    record Texts(String name, List<String> choices) implements Field {

        public Texts {
            choices = List.copyOf(choices);
        }

        @Override
        public Presence presence() {
            return Presence.OPTIONAL;
        }

        /** Of the bare text, or of the beginning of JSON text. */
        public Pattern pattern() {
            return Pattern.compile(Stream.concat(choices.stream().map(Texts::literal), Stream.of("\\[[\\s\\S]*"))
                    .collect(Collectors.joining("|")));
        }

        private static String literal(String text) {
            return text.replaceAll("([^A-Za-z0-9_-])", "\\\\$1");
        }
    }

    /** An object of texts, numbers and truth values, or its JSON text in a string; optional. */
    record TextMap(String name, TextRule names) implements Field {
        @Override
        public Presence presence() {
            return Presence.OPTIONAL;
        }
    }

    /**
     * A field that has no effect: absent, null, empty or one of those defaults.
     *
     * @param defaults as JSON text
     */
    record Unused(String name, List<String> defaults) implements Field {

        public Unused {
            defaults = List.copyOf(defaults);
        }

        public static Unused of(String name, String... defaults) {
            return new Unused(name, List.of(defaults));
        }

        @Override
        public Presence presence() {
            return Presence.OPTIONAL;
        }
    }

    /** A field that may be null and nothing else, because it cannot be changed. */
    record Fixed(String name) implements Field {
        @Override
        public Presence presence() {
            return Presence.KEPT;
        }
    }

    /** Any JSON value, shown and never read; optional. */
    record Anything(String name) implements Field {
        @Override
        public Presence presence() {
            return Presence.OPTIONAL;
        }
    }
}
