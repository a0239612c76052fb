package dev.slipway.formats.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.Optional;

/** Guesses the encoding of a text that is not UTF-8, to name it to its author. Nothing is decoded by it. */
final class TextEncoding {

    /** As many bytes as are looked at: enough for a guess. */
    private static final int LOOKED_AT = 64 << 10;

    private static final int HIGH = 0xA1;

    private TextEncoding() {}

    /** UTF-16 and UTF-32, by their byte order mark or the NULs of their first characters; empty for any other. */
    static Optional<String> wide(byte[] bytes) {
        if (begins(bytes, 0xFF, 0xFE, 0, 0) || begins(bytes, 0, 0, 0xFE, 0xFF)) {
            return Optional.of("UTF-32");
        }
        if (begins(bytes, 0xFF, 0xFE)) {
            return Optional.of("UTF-16, little endian");
        }
        if (begins(bytes, 0xFE, 0xFF)) {
            return Optional.of("UTF-16, big endian");
        }
        if (bytes.length < 4 || bytes.length % 2 != 0) {
            return Optional.empty();
        }
        if (bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0) {
            return Optional.of("UTF-32, without a byte order mark");
        }
        if (bytes[0] != 0 && bytes[1] == 0 && bytes[3] == 0) {
            return Optional.of(bytes[2] == 0 ? "UTF-32" : "UTF-16, little endian, without a byte order mark");
        }
        if (bytes[0] == 0 && bytes[1] != 0 && bytes[2] == 0) {
            return Optional.of("UTF-16, big endian, without a byte order mark");
        }
        return Optional.empty();
    }

    /** The one that the bytes most likely have. They are known not to be UTF-8. */
    static String guess(byte[] bytes) {
        return wide(bytes).orElseGet(() -> narrow(bytes));
    }

    /** Chinese characters have two bytes above A0 each; accented letters stand alone between others. */
    private static String narrow(byte[] bytes) {
        int length = Math.min(bytes.length, LOOKED_AT);
        int alone = 0;
        int pairs = 0;
        for (int i = 0; i < length; i++) {
            if ((bytes[i] & 0xFF) < 0x80) {
                continue;
            }
            boolean isPair = i + 1 < bytes.length && (bytes[i] & 0xFF) >= HIGH && (bytes[i + 1] & 0xFF) >= HIGH;
            if (isPair) {
                pairs++;
                i++;
            } else {
                alone++;
            }
        }
        return pairs > alone && reads(bytes, "GB18030") ? "GBK" : "Windows-1252 or ISO 8859-1";
    }

    private static boolean reads(byte[] bytes, String charset) {
        try {
            Charset.forName(charset)
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException isNot) {
            return false;
        }
    }

    private static boolean begins(byte[] bytes, int... expected) {
        if (bytes.length < expected.length) {
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
