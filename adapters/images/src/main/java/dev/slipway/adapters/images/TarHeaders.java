package dev.slipway.adapters.images;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Headers of a POSIX tar of files and folders of root with fixed modes and times: the same names and sizes give the same bytes. */
final class TarHeaders {

    static final int BLOCK = 512;
    /** Where a file of a layer of its own begins is a multiple of this, so that file systems that can share blocks do. */
    static final int PAGE = 4096;

    private static final int LONGEST_NAME = 100;
    private static final int SHORTEST_COMMENT = 16;

    private TarHeaders() {}

    /** @param name with a slash at its end */
    static byte[] folder(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (isExtended(name)) {
            extended(out, record("path", name));
        }
        header(out, name, '5', 0, 0755);
        return out.toByteArray();
    }

    static byte[] file(String name, long size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (isExtended(name)) {
            extended(out, record("path", name));
        }
        header(out, name, '0', size, 0644);
        return out.toByteArray();
    }

    /**
     * The header of a file whose bytes begin at a page.
     *
     * @param at where the header begins
     */
    static byte[] filePaged(String name, long size, long at) {
        byte[] path = isExtended(name) ? record("path", name) : new byte[0];
        int room = roundUp(path.length + SHORTEST_COMMENT);
        while ((at + 2 * BLOCK + room) % PAGE != 0) {
            room += BLOCK;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        records.writeBytes(path);
        records.writeBytes(comment(room - path.length));
        extended(out, records.toByteArray());
        header(out, name, '0', size, 0644);
        return out.toByteArray();
    }

    /** How many zeros follow a file, so that the next header begins at a block. */
    static int padding(long size) {
        return (int) ((BLOCK - size % BLOCK) % BLOCK);
    }

    /** The end of a tar. */
    static byte[] end() {
        return new byte[2 * BLOCK];
    }

    private static boolean isExtended(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return bytes.length != name.length() || bytes.length > LONGEST_NAME;
    }

    private static int roundUp(int bytes) {
        return (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** A record of an extended header; its length counts itself. */
    private static byte[] record(String key, String value) {
        byte[] rest = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
        int length = rest.length + 1;
        while (Integer.toString(length).length() + rest.length != length) {
            length++;
        }
        byte[] all = new byte[length];
        byte[] digits = Integer.toString(length).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, all, 0, digits.length);
        System.arraycopy(rest, 0, all, digits.length, rest.length);
        return all;
    }

    private static byte[] comment(int length) {
        String head = length + " comment=";
        byte[] all = new byte[length];
        Arrays.fill(all, (byte) ' ');
        byte[] text = head.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(text, 0, all, 0, text.length);
        all[length - 1] = '\n';
        return all;
    }

    private static void extended(ByteArrayOutputStream out, byte[] records) {
        header(out, "pax", 'x', records.length, 0644);
        out.writeBytes(records);
        out.writeBytes(new byte[padding(records.length)]);
    }

    private static void header(ByteArrayOutputStream out, String name, char type, long size, int mode) {
        byte[] block = new byte[BLOCK];
        byte[] ascii = name.replaceAll("[^ -~]", "_").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, block, 0, Math.min(ascii.length, LONGEST_NAME));
        octal(block, 100, 7, mode);
        octal(block, 108, 7, 0);
        octal(block, 116, 7, 0);
        octal(block, 124, 11, size);
        octal(block, 136, 11, 0);
        Arrays.fill(block, 148, 156, (byte) ' ');
        block[156] = (byte) type;
        text(block, 257, "ustar\00000");
        octal(block, 329, 7, 0);
        octal(block, 337, 7, 0);
        int sum = 0;
        for (byte each : block) {
            sum += each & 0xff;
        }
        octal(block, 148, 6, sum);
        block[154] = 0;
        out.writeBytes(block);
    }

    private static void octal(byte[] block, int at, int digits, long value) {
        text(block, at, String.format(Locale.ROOT, "%0" + digits + "o", value));
    }

    private static void text(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }
}
