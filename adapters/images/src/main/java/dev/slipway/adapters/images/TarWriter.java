package dev.slipway.adapters.images;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a POSIX tar (ustar with pax headers where a name or a size does not fit) whose bytes follow from names, sizes and contents
 * alone: fixed times, owners and modes.
 */
final class TarWriter {

    static final int BLOCK = 512;

    private static final int NAME_LENGTH = 100;
    private static final long LARGEST_OCTAL = 0_77777777777L;

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /** @param name with a final slash */
    void folder(String name) throws IOException {
        header(name, 0, '5', 0755);
    }

    /** The header of a file; {@link #content} has to follow with so many bytes in all, then {@link #endFile}. */
    void file(String name, long size) throws IOException {
        header(name, size, '0', 0644);
    }

    void content(byte[] buffer, int length) throws IOException {
        out.write(buffer, 0, length);
    }

    void endFile(long size) throws IOException {
        pad(size);
    }

    /** Two empty blocks. */
    void end() throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private void header(String name, long size, char type, int mode) throws IOException {
        boolean longName = name.getBytes(StandardCharsets.UTF_8).length > NAME_LENGTH || !isAscii(name);
        boolean large = size > LARGEST_OCTAL;
        if (longName || large) {
            byte[] records = ((longName ? record("path", name) : "")
                            + (large ? record("size", Long.toString(size)) : ""))
                    .getBytes(StandardCharsets.UTF_8);
            block("pax", records.length, 'x', 0644);
            out.write(records);
            pad(records.length);
        }
        block(longName ? "long" : name, large ? 0 : size, type, mode);
    }

    private void block(String name, long size, char type, int mode) throws IOException {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, octal(mode, 7));
        put(block, 108, octal(0, 7));
        put(block, 116, octal(0, 7));
        put(block, 124, octal(size, 11));
        put(block, 136, octal(0, 11));
        block[156] = (byte) type;
        put(block, 257, "ustar");
        put(block, 263, "00");
        Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte each : block) {
            sum += each & 0xff;
        }
        put(block, 148, octal(sum, 6) + "\0 ");
        out.write(block);
    }

    private void pad(long size) throws IOException {
        int rest = (int) (size % BLOCK);
        if (rest > 0) {
            out.write(new byte[BLOCK - rest]);
        }
    }

    /** A pax record counts its own length, so the length of the length may add a digit. */
    private static String record(String key, String value) {
        String body = " " + key + "=" + value + "\n";
        int bytes = body.getBytes(StandardCharsets.UTF_8).length;
        int length = bytes + Integer.toString(bytes).length();
        if (Integer.toString(length).length() != Integer.toString(bytes).length()) {
            length = bytes + Integer.toString(length).length();
        }
        return length + body;
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    }

    private static String octal(long value, int digits) {
        String text = Long.toOctalString(value);
        return "0".repeat(digits - text.length()) + text;
    }

    private static void put(byte[] block, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, offset, bytes.length);
    }
}
