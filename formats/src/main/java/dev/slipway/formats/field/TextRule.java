package dev.slipway.formats.field;

import java.util.regex.Pattern;

/**
 * A rule for texts.
 *
 * @param pattern of the whole text, in the part of the syntax that Java and ECMA 262 have in common
 * @param words for messages, beginning with {@code expected}
 */
public record TextRule(Pattern pattern, String words) {

    public static TextRule of(String pattern, String words) {
        return new TextRule(Pattern.compile(pattern), words);
    }

    public boolean allows(String text) {
        return pattern.matcher(text).matches();
    }
}
