package dev.slipway.api.instance;

/** The end of a text. */
final class LastLines {

    private LastLines() {}

    /** The last {@code count} lines with their line ends; all if there are no more. A last line without an end counts. */
    static String of(String text, int count) {
        int from = text.length();
        int end = text.endsWith("\n") ? from - 1 : from;
        for (int line = 0; line < count && from > 0; line++) {
            int before = text.lastIndexOf('\n', end - 1);
            from = before + 1;
            end = before;
        }
        return text.substring(from);
    }
}
