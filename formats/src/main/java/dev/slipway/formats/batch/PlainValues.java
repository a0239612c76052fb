package dev.slipway.formats.batch;

/** Recognises, without making a text of it, what most values of tables look like. What it does not recognise may still be right. */
final class PlainValues {
    /** So many digits before the point are less than the largest number. */
    private static final int SURELY_FINITE = 300;

    private PlainValues() {}

    /** Whether the text stands in JSON as it is: nothing in it has to be escaped. */
    static boolean isPlainText(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            int b = bytes[i];
            if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether it is a number of JSON without blanks around it and without exponent.
     *
     * @param withFraction whether it may have a point
     */
    static boolean isPlainNumber(byte[] bytes, int from, int to, boolean withFraction) {
        int at = from < to && bytes[from] == '-' ? from + 1 : from;
        int whole = digits(bytes, at, to);
        if (whole == at || whole - at > SURELY_FINITE || (bytes[at] == '0' && whole - at > 1)) {
            return false;
        }
        if (whole == to) {
            return true;
        }
        return withFraction && bytes[whole] == '.' && whole + 1 < to && digits(bytes, whole + 1, to) == to;
    }

    /** The end of the digits that begin there. */
    private static int digits(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at;
    }
}
