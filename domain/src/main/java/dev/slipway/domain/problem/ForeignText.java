package dev.slipway.domain.problem;

/** Text that a package, an instance or a caller wrote, made fit to be stored and shown. */
public final class ForeignText {

    private static final char REPLACEMENT = '\uFFFD';

    private ForeignText() {}

    /**
     * The text with U+FFFD in place of what a database refuses or a terminal obeys: NUL and other control characters beside tab and line
     * break, halves of surrogate pairs, and marks that turn the direction of writing. The same text if there is none of them.
     */
    public static String plain(String text) {
        if (text.codePoints().noneMatch(ForeignText::isHarmful)) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints()
                .map(character -> isHarmful(character) ? REPLACEMENT : character)
                .forEach(plain::appendCodePoint);
        return plain.toString();
    }

    private static boolean isHarmful(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> character != '\n' && character != '\t' && character != '\r';
            case Character.SURROGATE -> true;
            case Character.FORMAT -> turnsDirection(character);
            default -> false;
        };
    }

    /** Unicode's explicit directional formatting characters (UAX 9, section 2). */
    private static boolean turnsDirection(int character) {
        return (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
    }
}
