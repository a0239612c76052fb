package dev.slipway.formats.json;

import java.util.Map;

/**
 * Finds what people often write into JSON and what is none (comments, a comma too many or too few, other quotation marks, words of Python),
 * tells each as a fault, and gives the text without them, so that the other faults of the document are found too. Positions stay: every
 * change has the length of what it replaces. What it does not know is left to the parser.
 */
final class JsonMending {

    /** More faults than anybody reads are not looked for. */
    private static final int MOST_FAULTS = 200;

    private static final Map<String, String> WORDS = Map.of("True", "true", "False", "false", "None", "null");

    private final JsonSource source;
    private final char[] text;
    private final Findings findings;
    private int at;
    private int line = 1;
    private int lineStart;
    private int faults;
    private int depth;
    /** Whether a value has ended before, and nothing but blanks stands since. */
    private boolean afterValue;
    /** The last comma, if only blanks stand since; -1 if not. */
    private int comma = -1;

    private JsonMending(JsonSource source, String text, Findings findings) {
        this.source = source;
        this.text = text.toCharArray();
        this.findings = findings;
    }

    static String mend(JsonSource source, String text, Findings findings) {
        JsonMending mending = new JsonMending(source, text, findings);
        while (mending.at < mending.text.length && mending.faults < MOST_FAULTS) {
            if (!mending.step()) {
                break;
            }
        }
        return mending.faults == 0 ? text : new String(mending.text);
    }

    /** Reads one thing; false where only the parser can say what is wrong. */
    private boolean step() {
        char c = text[at];
        switch (c) {
            case '\n' -> {
                at++;
                line++;
                lineStart = at;
            }
            case ' ', '\t', '\r' -> at++;
            case '/', '#' -> {
                return comment(c);
            }
            case '"' -> {
                beginValue();
                return string();
            }
            case '\'', '\u2018', '\u2019' -> {
                return quoted(c, '\'', '\u2018', '\u2019');
            }
            case '\u201c', '\u201d' -> {
                return quoted(c, '\u201c', '\u201d', '"');
            }
            case '\uff0c' -> replace(',', "the comma '\uff0c' of Chinese text: write ','");
            case '\uff1a' -> replace(':', "the colon '\uff1a' of Chinese text: write ':'");
            case ',' -> comma();
            case ':' -> {
                at++;
                forget();
            }
            case '{', '[' -> {
                beginValue();
                at++;
                depth++;
                forget();
            }
            case '}', ']' -> {
                dropTrailingComma(c);
                at++;
                depth--;
                endValue();
            }
            default -> {
                return word();
            }
        }
        return true;
    }

    private boolean comment(char c) {
        int end = at + 1;
        if (c == '/' && at + 1 < text.length && text[at + 1] == '*') {
            end = at + 2;
            while (end + 1 < text.length && !(text[end] == '*' && text[end + 1] == '/')) {
                end++;
            }
            if (end + 1 >= text.length) {
                return false;
            }
            end += 2;
        } else if (c == '#' || (at + 1 < text.length && text[at + 1] == '/')) {
            while (end < text.length && text[end] != '\n') {
                end++;
            }
        } else {
            return false;
        }
        tell(at, "JSON has no comments: remove this one");
        for (; at < end; at++) {
            if (text[at] == '\n') {
                line++;
                lineStart = at + 1;
            } else {
                text[at] = ' ';
            }
        }
        return true;
    }

    /** A text in quotation marks, from its first one. */
    private boolean string() {
        for (at++; at < text.length; at++) {
            switch (text[at]) {
                case '"' -> {
                    at++;
                    endValue();
                    return true;
                }
                case '\n' -> {
                    return false;
                }
                case '\\' -> {
                    if (at + 1 < text.length && "\"\\/bfnrtu".indexOf(text[at + 1]) < 0 && text[at + 1] != '\n') {
                        tell(
                                at,
                                "'\\%s' means nothing in JSON: write '\\\\%1$s' for a backslash"
                                        .formatted(text[at + 1]));
                        text[at] = '/';
                    } else {
                        at++;
                    }
                }
                case '\t' -> {
                    tell(at, "a text has a tab: write '\\t'");
                    text[at] = ' ';
                }
                default -> {}
            }
        }
        return false;
    }

    /** A text between other marks than JSON's, on one line and without those of JSON in it. */
    private boolean quoted(char mark, char... closing) {
        int end = at + 1;
        while (end < text.length && text[end] != '\n' && !isOneOf(text[end], closing)) {
            if (text[end] == '"' || text[end] == '\\') {
                return false;
            }
            end++;
        }
        if (end >= text.length || text[end] == '\n') {
            return false;
        }
        beginValue();
        tell(at, "a text stands between %c and %c: write \" for both".formatted(mark, text[end]));
        text[at] = '"';
        text[end] = '"';
        at = end + 1;
        endValue();
        return true;
    }

    private boolean word() {
        int end = at;
        while (end < text.length && isOfWord(text[end])) {
            end++;
        }
        if (end == at) {
            return false;
        }
        String found = new String(text, at, end - at);
        String meant = WORDS.get(found);
        if (meant != null) {
            tell(at, "'%s' is Python, not JSON: write '%s'".formatted(found, meant));
            meant.getChars(0, meant.length(), text, at);
        } else if (!found.matches("true|false|null|-?[0-9].*")) {
            return false;
        }
        at = end;
        endValue();
        return true;
    }

    private static boolean isOfWord(char c) {
        return (c >= '0' && c <= '9')
                || (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || c == '+'
                || c == '-'
                || c == '.'
                || c == '_';
    }

    private void comma() {
        if (comma >= 0) {
            tell(at, "one comma too many: remove it");
            text[at] = ' ';
        } else {
            comma = at;
        }
        afterValue = false;
        at++;
    }

    private void dropTrailingComma(char closing) {
        if (comma >= 0) {
            tell(comma, "a comma stands before '%c': remove it".formatted(closing));
            text[comma] = ' ';
        }
    }

    /** Where a value ended just before, a comma is missing; it is put in place of a blank, if there is one. */
    private void beginValue() {
        if (afterValue && depth > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) {
            tell(at, "a comma is missing before this");
            text[at - 1] = ',';
        }
    }

    private void endValue() {
        afterValue = true;
        comma = -1;
    }

    private void forget() {
        afterValue = false;
        comma = -1;
    }

    private void replace(char by, String message) {
        tell(at, message);
        text[at] = by;
    }

    private void tell(int offset, String message) {
        faults++;
        int lineOf = line;
        int start = lineStart;
        if (offset < lineStart) {
            // a comma on a line before
            lineOf = 1;
            start = 0;
            for (int i = 0; i < offset; i++) {
                if (text[i] == '\n') {
                    lineOf++;
                    start = i + 1;
                }
            }
        }
        findings.fault(JsonPlace.whole(source, lineOf, offset - start + 1).problem("is not JSON: " + message));
    }

    private static boolean isOneOf(char c, char... some) {
        for (char each : some) {
            if (c == each) {
                return true;
            }
        }
        return false;
    }
}
