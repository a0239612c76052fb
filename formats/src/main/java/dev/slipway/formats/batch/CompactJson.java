package dev.slipway.formats.batch;

/**
 * Copies a short JSON text without its blanks, checking it in the same pass over its bytes. What it copies is JSON for Jackson too; what it
 * does not take (no JSON, not UTF-8, deep nesting, very long numbers) is left to Jackson, whose answer counts.
 */
final class CompactJson {
    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 500;

    private final byte[] in;
    private final int end;
    private final ByteBuilder out;
    private int at;

    /** Where the bytes that were not copied yet begin: they go in runs. */
    private int kept;

    private CompactJson(byte[] in, int from, int end, ByteBuilder out) {
        this.in = in;
        this.end = end;
        this.out = out;
        this.at = from;
        this.kept = from;
    }

    /** Appends the text of {@code from} up to and without {@code to}; false, and appends nothing, if it is not taken. */
    static boolean append(byte[] text, int from, int to, ByteBuilder out) {
        int begun = out.length();
        CompactJson json = new CompactJson(text, from, to, out);
        json.skipBlanks();
        boolean isTaken = json.value(0);
        if (isTaken) {
            json.skipBlanks();
            isTaken = json.at == to;
        }
        if (!isTaken) {
            out.truncate(begun);
            return false;
        }
        json.copy();
        return true;
    }

    /** Copies what was read up to here. */
    private void copy() {
        out.append(in, kept, at);
    }

    private void skipBlanks() {
        if (at < end && in[at] <= ' ' && isBlank(in[at])) {
            copy();
            do {
                at++;
            } while (at < end && isBlank(in[at]));
            kept = at;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }

    private boolean value(int depth) {
        if (at >= end) {
            return false;
        }
        return switch (in[at]) {
            case '{' -> depth < DEEPEST && object(depth + 1);
            case '[' -> depth < DEEPEST && array(depth + 1);
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private boolean object(int depth) {
        at++;
        skipBlanks();
        if (is('}')) {
            return true;
        }
        do {
            skipBlanks();
            if (at >= end || in[at] != '"' || !string()) {
                return false;
            }
            skipBlanks();
            if (!is(':')) {
                return false;
            }
            skipBlanks();
            if (!value(depth)) {
                return false;
            }
            skipBlanks();
        } while (is(','));
        return is('}');
    }

    private boolean array(int depth) {
        at++;
        skipBlanks();
        if (is(']')) {
            return true;
        }
        do {
            skipBlanks();
            if (!value(depth)) {
                return false;
            }
            skipBlanks();
        } while (is(','));
        return is(']');
    }

    /** Takes the byte if it is that. */
    private boolean is(int b) {
        if (at < end && in[at] == b) {
            at++;
            return true;
        }
        return false;
    }

    private boolean word(String word) {
        if (end - at < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (in[at + i] != word.charAt(i)) {
                return false;
            }
        }
        at += word.length();
        // As a name: what follows at once must not be another letter.
        return at == end || !isLetter(in[at]);
    }

    private static boolean isLetter(byte b) {
        return b < 0 || Character.isLetterOrDigit(b) || b == '_' || b == '$';
    }

    private boolean number() {
        int begun = at;
        is('-');
        int whole = at;
        if (!digits() || (in[whole] == '0' && at - whole > 1)) {
            return false;
        }
        if (is('.') && !digits()) {
            return false;
        }
        if (at < end && (in[at] | 0x20) == 'e') {
            at++;
            if (at < end && (in[at] == '+' || in[at] == '-')) {
                at++;
            }
            if (!digits()) {
                return false;
            }
        }
        return at - begun <= LONGEST_NUMBER && (at == end || !isLetter(in[at]));
    }

    private boolean digits() {
        int begun = at;
        while (at < end && in[at] >= '0' && in[at] <= '9') {
            at++;
        }
        return at > begun;
    }

    private boolean string() {
        at++;
        while (at < end) {
            int b = in[at];
            if (b == '"') {
                at++;
                return true;
            }
            if (b == '\\') {
                if (!escape()) {
                    return false;
                }
            } else if (b >= ' ') {
                at++;
            } else if (b >= 0 || !beyondAscii()) {
                return false;
            }
        }
        return false;
    }

    private boolean escape() {
        if (at + 1 >= end) {
            return false;
        }
        switch (in[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                at += 2;
                return true;
            }
            case 'u' -> {
                if (end - at < 6) {
                    return false;
                }
                for (int i = at + 2; i < at + 6; i++) {
                    if (Character.digit(in[i], 16) < 0) {
                        return false;
                    }
                }
                at += 6;
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    /** A character of two to four bytes; as Java's strict decoder, no overlong form, no half of a pair, none beyond the last plane. */
    private boolean beyondAscii() {
        int first = in[at] & 0xFF;
        int more = first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
        if (more < 0 || end - at <= more) {
            return false;
        }
        int second = in[at + 1] & 0xFF;
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return false;
        }
        for (int i = 2; i <= more; i++) {
            if ((in[at + i] & 0xC0) != 0x80) {
                return false;
            }
        }
        at += more + 1;
        return true;
    }
}
