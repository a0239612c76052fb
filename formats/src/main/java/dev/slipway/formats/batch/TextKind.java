package dev.slipway.formats.batch;

import org.jspecify.annotations.Nullable;

/** Tells a text in UTF-8 from what is not one, by its first bytes and by NULs, which no text of users contains. */
final class TextKind {

    static final int BYTE_ORDER_MARK = 3;
    static final int LONGEST_MARK = 4;
    private static final String SAVE = "; save it as CSV in UTF-8";

    private TextKind() {}

    /** Whether it begins with the byte order mark of UTF-8. */
    static boolean hasByteOrderMark(byte[] bytes, int length) {
        return length >= BYTE_ORDER_MARK && begins(bytes, length, 0xEF, 0xBB, 0xBF);
    }

    /** Why this is not the beginning of a text in UTF-8; null if it may be one. */
    static @Nullable String otherThanUtf8(byte[] first) {
        int length = first.length;
        if (begins(first, length, 0xFF, 0xFE, 0, 0) || begins(first, length, 0, 0, 0xFE, 0xFF)) {
            return found("UTF-32");
        }
        if (begins(first, length, 0xFF, 0xFE)) {
            return found("UTF-16, little endian");
        }
        if (begins(first, length, 0xFE, 0xFF)) {
            return found("UTF-16, big endian");
        }
        if (begins(first, length, 'P', 'K', 3, 4)) {
            return "not a text: expected UTF-8, found a ZIP archive, which an Excel workbook (.xlsx) is" + SAVE;
        }
        if (begins(first, length, 0xD0, 0xCF, 0x11, 0xE0)) {
            return "not a text: expected UTF-8, found a document of Microsoft Office (.xls)" + SAVE;
        }
        return null;
    }

    private static String found(String encoding) {
        return "not UTF-8: expected UTF-8, found the byte order mark of %s%s".formatted(encoding, SAVE);
    }

    /** @param offset of the NUL */
    static String withNul(long offset) {
        return "not a text in UTF-8: found a NUL at byte %d, as UTF-16 and binary files have them%s"
                .formatted(offset + 1, SAVE);
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
