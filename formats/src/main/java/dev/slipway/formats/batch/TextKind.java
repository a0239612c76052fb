package dev.slipway.formats.batch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells a text in UTF-8 from what is not one, by its first bytes and by NULs, which no text of users contains. */
final class TextKind {

    static final int BYTE_ORDER_MARK = 3;
    static final int LONGEST_MARK = 4;

    /** @param bytes one in each character */
    private record Mark(String encoding, String bytes) {}

    /** Other byte order marks. The longer of two that begin alike comes first. */
    private static final List<Mark> MARKS = List.of(
            new Mark("UTF-32", "\u00FF\u00FE\0\0"),
            new Mark("UTF-32", "\0\0\u00FE\u00FF"),
            new Mark("UTF-16, little endian", "\u00FF\u00FE"),
            new Mark("UTF-16, big endian", "\u00FE\u00FF"),
            new Mark("GB18030", "\u00841\u00953"),
            new Mark("UTF-1", "\u00F7dL"),
            new Mark("UTF-EBCDIC", "\u00DDsfs"),
            new Mark("SCSU", "\u000E\u00FE\u00FF"),
            new Mark("BOCU-1", "\u00FB\u00EE("),
            new Mark("UTF-7", "+/v8"),
            new Mark("UTF-7", "+/v9"),
            new Mark("UTF-7", "+/v+"),
            new Mark("UTF-7", "+/v/"));

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
        for (Mark mark : MARKS) {
            if (begins(first, length, mark.bytes().chars().toArray())) {
                return "not UTF-8: expected UTF-8, found the byte order mark of %s%s"
                        .formatted(mark.encoding(), save(format));
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
