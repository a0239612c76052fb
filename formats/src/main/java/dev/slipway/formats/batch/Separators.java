package dev.slipway.formats.batch;

import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** Names what looks like the separator of a row that was not separated by commas. */
final class Separators {

    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]*[.]?[0-9]+([eE][-+]?[0-9]+)?");
    /** Semicolon, tab, bar, caret, the control character of Hive, and what keyboards for Chinese type. */
    private static final String SEPARATORS = ";\t|^\u0001\uFF0C\uFF1B\u3001";
    /** These also occur in texts, and are believed only between numbers. */
    private static final String IN_TEXTS = " :";

    private Separators() {}

    /** What to say of a row that has too few columns; empty if it tells nothing. */
    static String ofShort(List<String> row) {
        for (int i = 0; i < SEPARATORS.length(); i++) {
            char separator = SEPARATORS.charAt(i);
            if (isThroughout(row, separator)) {
                return separated(separator);
            }
        }
        return row.size() == 1 ? betweenNumbers(row.getFirst()) : "";
    }

    /** What to say of a value that was to be a number, or true or false; empty if it tells nothing. */
    static String ofValue(List<String> row, String value) {
        for (int i = 0; i < SEPARATORS.length(); i++) {
            char separator = SEPARATORS.charAt(i);
            if (value.indexOf(separator) >= 0) {
                return isThroughout(row, separator)
                        ? separated(separator)
                        : "; it contains %s, expected fields that are separated by commas".formatted(named(separator));
            }
        }
        return betweenNumbers(value);
    }

    /** What to say of the text that follows a closing quote. */
    static String ofText(String following) {
        char first = following.charAt(0);
        return SEPARATORS.indexOf(first) >= 0 ? separated(first) : "";
    }

    private static boolean isThroughout(List<String> row, char separator) {
        long found = row.stream()
                .mapToLong(
                        field -> field.chars().filter(each -> each == separator).count())
                .sum();
        return found >= row.size();
    }

    private static String betweenNumbers(String value) {
        for (int i = 0; i < IN_TEXTS.length(); i++) {
            char separator = IN_TEXTS.charAt(i);
            String[] pieces = value.strip().split(separator + "+", -1);
            if (pieces.length > 1
                    && List.of(pieces).stream()
                            .allMatch(piece -> NUMBER.matcher(piece).matches())) {
                return separated(separator);
            }
        }
        return "";
    }

    private static String separated(char separator) {
        return "; it is separated by %s, expected commas".formatted(named(separator));
    }

    private static String codePoint(char character) {
        return "U+" + HexFormat.of().withUpperCase().toHexDigits(character);
    }

    private static String named(char separator) {
        return switch (separator) {
            case '\t' -> "tabs";
            case ' ' -> "spaces";
            default ->
                separator > ' ' && separator < 0x7F
                        ? "'%c'".formatted(separator)
                        : separator < ' '
                                ? codePoint(separator)
                                : "'%c' (%s)".formatted(separator, codePoint(separator));
        };
    }
}
