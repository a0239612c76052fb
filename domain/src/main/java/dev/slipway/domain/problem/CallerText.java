package dev.slipway.domain.problem;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shortens what callers wrote where a message repeats it, so that an answer is never as long as what it refuses. */
public final class CallerText {

    /** The longest text in quotes that is repeated whole, in characters. */
    public static final int LONGEST = 300;

    /** The longest message. */
    public static final int LONGEST_MESSAGE = 8_000;

    private static final int SHOWN = 200;
    private static final int SHOWN_OF_THE_END = 40;
    private static final Pattern QUOTED = Pattern.compile("'[^']{%d,}'".formatted(LONGEST + 1));

    private CallerText() {}

    /** The message with each long text in quotes cut in its middle, and cut itself if it is still too long. Says how long they were. */
    public static String cutIn(String message) {
        if (message.length() <= LONGEST) {
            return message;
        }
        String cut = QUOTED.matcher(message).replaceAll(found -> Matcher.quoteReplacement(cut(found)));
        return cut.length() <= LONGEST_MESSAGE ? cut : beginning(cut, LONGEST_MESSAGE);
    }

    private static String cut(MatchResult quoted) {
        String text = quoted.group();
        String quotedText = text.substring(1, text.length() - 1);
        int last = quotedText.length() - SHOWN_OF_THE_END;
        if (Character.isLowSurrogate(quotedText.charAt(last))) {
            last++;
        }
        return "'%s ...%s'".formatted(beginning(quotedText, SHOWN), quotedText.substring(last));
    }

    private static String beginning(String text, int characters) {
        int end = Character.isHighSurrogate(text.charAt(characters - 1)) ? characters - 1 : characters;
        return "%s... (%d characters)".formatted(text.substring(0, end), text.length());
    }
}
