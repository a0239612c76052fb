package dev.slipway.workflows.progress;

import dev.slipway.domain.problem.ForeignText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text of any origin as one line of the log book, which is Markdown: what a package, an instance or a caller wrote stands there as they wrote
 * it, and is never a heading, a link, an image or HTML.
 */
final class PlainLine {

    private static final int LONGEST = 1_000;
    private static final String MORE = " (the events say more)";

    /** What Markdown, or GitHub's kind of it, obeys inside a line. An underscore within a word is only that. */
    private static final Pattern OBEYED =
            Pattern.compile("[\\\\`*\\[\\]<~]|&(?=[#\\p{Alnum}])|(?<![\\p{Alnum}])_|_(?![\\p{Alnum}])");

    private PlainLine() {}

    /** Its first line, and whether there are more: where a cause ends with an instance's log, an event shows that. */
    static String of(String text) {
        String whole = text.strip();
        String first = whole.lines().findFirst().orElse("").stripTrailing();
        String shown = beginning(first) + (whole.length() > first.length() ? MORE : "");
        return OBEYED.matcher(ForeignText.plain(shown).replace('\t', ' '))
                .replaceAll(found -> Matcher.quoteReplacement("\\" + found.group()));
    }

    private static String beginning(String line) {
        if (line.length() <= LONGEST) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return line.substring(0, end) + "...";
    }
}
