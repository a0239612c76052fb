package dev.slipway.adapters.images;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tar of a layer that may come from anyone. What it holds in memory is bounded, unlike with readers that take any length of a
 * name.
 */
final class TarReader {

    private static final int BLOCK = 512;
    private static final int LONGEST_EXTENSION = 256 * 1024;

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private long left;
    private int padding;

    TarReader(InputStream in) {
        this.in = in;
    }

    /** The kinds of entries that Slipway tells apart. */
    enum Kind {
        FILE,
        HARD_LINK,
        SYMBOLIC_LINK,
        DEVICE,
        FOLDER,
        PIPE
    }

    /**
     * An entry; the bytes of a file are read by {@link #read} before the next one is.
     *
     * @param link what a link leads to, as it is written; empty for other kinds
     * @param modified in seconds since 1970
     */
    record Entry(String name, Kind kind, long size, int mode, long modified, String link) {}

    /** What is no tar, or none that is read here. */
    static final class NoTar extends IOException {

        private static final long serialVersionUID = 1L;

        NoTar(String message) {
            super(message);
        }
    }

    /** The next entry; null at the end of the archive. */
    @Nullable
    Entry next() throws IOException {
        skip(left + padding);
        left = 0;
        padding = 0;
        Map<String, String> extended = new LinkedHashMap<>();
        while (true) {
            if (in.readNBytes(block, 0, BLOCK) < BLOCK || isZero()) {
                return null;
            }
            checkSum();
            char type = (char) (block[156] & 0xff);
            long size = number(124, 12);
            switch (type) {
                case 'x' -> extended.putAll(records(extension(size)));
                case 'g' -> extension(size);
                case 'L' -> extended.put("path", text(extension(size)));
                case 'K' -> extended.put("linkpath", text(extension(size)));
                default -> {
                    return entry(type, size, extended);
                }
            }
        }
    }

    private Entry entry(char type, long declared, Map<String, String> extended) throws IOException {
        if (extended.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse"))) {
            throw new NoTar("a sparse file, which is not read");
        }
        Kind kind =
                switch (type) {
                    case '0', '\0', '7' -> Kind.FILE;
                    case '1' -> Kind.HARD_LINK;
                    case '2' -> Kind.SYMBOLIC_LINK;
                    case '3', '4' -> Kind.DEVICE;
                    case '5' -> Kind.FOLDER;
                    case '6' -> Kind.PIPE;
                    default -> throw new NoTar("an entry of type '%s', which is not read".formatted(type));
                };
        String name = extended.getOrDefault("path", name());
        long size = declared;
        String sent = extended.get("size");
        if (sent != null) {
            size = decimal(sent);
        }
        if (kind == Kind.FILE) {
            left = size;
            padding = (int) ((BLOCK - size % BLOCK) % BLOCK);
        } else if (kind != Kind.HARD_LINK) {
            // Some writers give folders and links a size that nothing follows.
            size = 0;
        } else if (size != 0) {
            throw new NoTar("the hard link '%s' has bytes of its own".formatted(name));
        }
        boolean isOldFolder = kind == Kind.FILE && name.endsWith("/");
        return new Entry(
                name,
                isOldFolder ? Kind.FOLDER : kind,
                size,
                (int) number(100, 8) & 07777,
                modified(extended),
                extended.getOrDefault("linkpath", string(157, 100)));
    }

    private long modified(Map<String, String> extended) throws IOException {
        String sent = extended.get("mtime");
        return sent == null
                ? number(136, 12)
                : decimal(sent.replaceFirst("^-", "").replaceFirst("[.].*", ""));
    }

    private static long decimal(String text) throws IOException {
        if (!text.matches("[0-9]{1,18}")) {
            throw new NoTar("'%s' in place of a number".formatted(text));
        }
        return Long.parseLong(text);
    }

    /** Bytes of the current file; -1 at its end. */
    int read(byte[] bytes) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.read(bytes, 0, (int) Math.min(bytes.length, left));
        if (count < 0) {
            throw new EOFException("the layer ends in the middle of a file");
        }
        left -= count;
        return count;
    }

    private void skip(long count) throws IOException {
        byte[] piece = new byte[BLOCK];
        for (long open = count; open > 0; ) {
            int read = in.read(piece, 0, (int) Math.min(piece.length, open));
            if (read < 0) {
                throw new EOFException("the layer ends in the middle of an entry");
            }
            open -= read;
        }
    }

    private byte[] extension(long size) throws IOException {
        if (size > LONGEST_EXTENSION) {
            throw new NoTar("a header of %d bytes, expected at most %d".formatted(size, LONGEST_EXTENSION));
        }
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new EOFException("the layer ends in the middle of a header");
        }
        skip((BLOCK - size % BLOCK) % BLOCK);
        return bytes;
    }

    private static Map<String, String> records(byte[] bytes) throws IOException {
        Map<String, String> records = new LinkedHashMap<>();
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            int space = at;
            while (space < bytes.length && bytes[space] != ' ') {
                space++;
            }
            String digits = new String(bytes, at, Math.min(space - at, 9), StandardCharsets.US_ASCII);
            int length = digits.matches("[0-9]{1,8}") ? Integer.parseInt(digits) : 0;
            int end = at + length;
            if (length < 5 || end > bytes.length || space + 1 > end) {
                throw new NoTar("an extended header that cannot be read");
            }
            String record = utf8(Arrays.copyOfRange(bytes, space + 1, end - 1), false);
            int equals = record.indexOf('=');
            if (equals > 0) {
                records.put(record.substring(0, equals), record.substring(equals + 1));
            }
            at = end;
        }
        return records;
    }

    private String name() throws IOException {
        String name = string(0, 100);
        boolean isPosix = block[257] == 'u' && block[262] == 0;
        String prefix = isPosix ? string(345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    private String string(int from, int length) throws IOException {
        int end = from;
        while (end < from + length && block[end] != 0) {
            end++;
        }
        return utf8(Arrays.copyOfRange(block, from, end), true);
    }

    private static String text(byte[] bytes) throws IOException {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return utf8(Arrays.copyOf(bytes, end), true);
    }

    /** @param isName whether other bytes are refused; elsewhere, such as in extended attributes, they are replaced */
    private static String utf8(byte[] bytes, boolean isName) throws IOException {
        if (!isName) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException other) {
            throw new NoTar("a name that is not UTF-8: '%s'".formatted(new String(bytes, StandardCharsets.ISO_8859_1)));
        }
    }

    private long number(int from, int length) throws IOException {
        if ((block[from] & 0x80) != 0) {
            long value = block[from] & 0x7f;
            for (int at = from + 1; at < from + length; at++) {
                if (value >> 54 != 0) {
                    throw new NoTar("a number that is too large");
                }
                value = (value << 8) | (block[at] & 0xff);
            }
            return value;
        }
        String digits = new String(block, from, length, StandardCharsets.US_ASCII)
                .replace('\0', ' ')
                .strip();
        if (!digits.matches("[0-7]{0,12}")) {
            throw new NoTar("'%s' in place of an octal number".formatted(digits));
        }
        return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    }

    private void checkSum() throws IOException {
        int sum = 0;
        for (int at = 0; at < BLOCK; at++) {
            sum += at >= 148 && at < 156 ? ' ' : block[at] & 0xff;
        }
        if (number(148, 8) != sum) {
            throw new NoTar("a header whose checksum is wrong");
        }
    }

    private boolean isZero() {
        for (byte each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }
}
