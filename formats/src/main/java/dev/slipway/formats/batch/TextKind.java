package dev.slipway.formats.batch;

import org.jspecify.annotations.Nullable;

/** Tells a text in UTF-8 from what is not one, by its first bytes and by NULs, which no text of users contains. */
final class TextKind {

    static final int BYTE_ORDER_MARK = 3;
    static final int LONGEST_MARK = 4;

    /** What other byte order marks say. The longer of two that begin alike comes first. */
    private enum Mark {
        UTF_32_LITTLE("UTF-32", 0xFF, 0xFE, 0, 0),
        UTF_32_BIG("UTF-32", 0, 0, 0xFE, 0xFF),
        UTF_16_LITTLE("UTF-16, little endian", 0xFF, 0xFE),
        UTF_16_BIG("UTF-16, big endian", 0xFE, 0xFF),
        GB18030("GB18030", 0x84, 0x31, 0x95, 0x33),
        UTF_1("UTF-1", 0xF7, 0x64, 0x4C),
        UTF_EBCDIC("UTF-EBCDIC", 0xDD, 0x73, 0x66, 0x73),
        SCSU("SCSU", 0x0E, 0xFE, 0xFF),
        BOCU_1("BOCU-1", 0xFB, 0xEE, 0x28),
        UTF_7_8("UTF-7", '+', '/', 'v', '8'),
        UTF_7_9("UTF-7", '+', '/', 'v', '9'),
        UTF_7_PLUS("UTF-7", '+', '/', 'v', '+'),
        UTF_7_SLASH("UTF-7", '+', '/', 'v', '/');

        private final String encoding;
        private final int[] bytes;

        Mark(String encoding, int... bytes) {
            this.encoding = encoding;
            this.bytes = bytes;
        }
    }

    private TextKind() {}

    /** Whether it begins with the byte order mark of UTF-8. */
    static boolean hasByteOrderMark(byte[] bytes, int length) {
        return length >= BYTE_ORDER_MARK && begins(bytes, length, 0xEF, 0xBB, 0xBF);
    }

    /**
     * Why this is not the beginning of a text in UTF-8; null if it may be one.
     *
     * @param format what to save it as
     */
    static @Nullable String otherThanUtf8(byte[] first, String format) {
        int length = first.length;
        for (Mark mark : Mark.values()) {
            if (begins(first, length, mark.bytes)) {
                return "not UTF-8: expected UTF-8, found the byte order mark of %s%s"
                        .formatted(mark.encoding, save(format));
            }
        }
        if (begins(first, length, 'P', 'K', 3, 4)) {
            return "not a text: expected UTF-8, found a ZIP archive, which an Excel workbook (.xlsx) is" + save(format);
        }
        if (begins(first, length, 0xD0, 0xCF, 0x11, 0xE0)) {
            return "not a text: expected UTF-8, found a document of Microsoft Office (.xls)" + save(format);
        }
        return null;
    }

    /** @param offset of the NUL */
    static String withNul(long offset, String format) {
        return "not a text in UTF-8: found a NUL at byte %d, as UTF-16 and binary files have them%s"
                .formatted(offset + 1, save(format));
    }

    private static String save(String format) {
        return "; save it as %s in UTF-8".formatted(format);
    }

    private static boolean begins(byte[] bytes, int length, int... expected) {
        if (length < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes[i] & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
