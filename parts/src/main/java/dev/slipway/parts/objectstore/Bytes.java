package dev.slipway.parts.objectstore;

import java.util.Arrays;

/** Pieces of keys as UTF-8 bytes, in whose order S3 lists. */
final class Bytes {

    static final byte[] SLASH = {'/'};

    private Bytes() {}

    static byte[] joined(byte[]... pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, joined, at, piece.length);
            at += piece.length;
        }
        return joined;
    }

    static boolean startsWith(byte[] bytes, byte[] beginning) {
        return bytes.length >= beginning.length
                && Arrays.equals(bytes, 0, beginning.length, beginning, 0, beginning.length);
    }

    /** The first key after this one. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The first key after all that begin with this. UTF-8 has no byte 0xFF. */
    static byte[] afterAllOf(byte[] beginning) {
        byte[] after = beginning.clone();
        after[after.length - 1]++;
        return after;
    }

    /** Where a piece first occurs at or after an index; -1 if it does not. */
    static int indexOf(byte[] bytes, byte[] piece, int from) {
        for (int i = from; i <= bytes.length - piece.length; i++) {
            if (Arrays.equals(bytes, i, i + piece.length, piece, 0, piece.length)) {
                return i;
            }
        }
        return -1;
    }
}
