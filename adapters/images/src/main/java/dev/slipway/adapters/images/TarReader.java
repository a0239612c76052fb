package dev.slipway.adapters.images;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a tar of files and folders below a folder. Links, devices and names that lead out of the folder are refused: an image may
 * come from elsewhere.
 */
final class TarReader {

    private static final int LONGEST_PAX = 1 << 20;

    private final DataInputStream in;
    private final Path folder;

    TarReader(InputStream in, Path folder) {
        this.in = new DataInputStream(in);
        this.folder = folder.toAbsolutePath().normalize();
    }

    void unpack() throws IOException {
        String longName = null;
        long longSize = -1;
        for (byte[] block = block(); block != null; block = block()) {
            long size = Long.parseLong(text(block, 124, 12), 8);
            char type = (char) block[156];
            if (type == 'x') {
                String records = records(size);
                longName = record(records, "path", longName);
                String largeSize = record(records, "size", null);
                longSize = largeSize == null ? longSize : Long.parseLong(largeSize);
                continue;
            }
            Path target = inside(longName == null ? text(block, 0, 100) : longName);
            switch (type) {
                case '5' -> Files.createDirectories(target);
                case '0' -> file(target, longSize < 0 ? size : longSize);
                default -> throw new IOException("layer: entry '%s' is neither file nor folder".formatted(target));
            }
            longName = null;
            longSize = -1;
        }
    }

    private void file(Path target, long size) throws IOException {
        Files.createDirectories(target.getParent());
        byte[] buffer = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            for (long left = size; left > 0; ) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    throw new EOFException("layer ends inside '%s'".formatted(target));
                }
                out.write(buffer, 0, read);
                left -= read;
            }
        }
        skipPadding(size);
    }

    private Path inside(String name) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (name.startsWith("/") || !target.startsWith(folder)) {
            throw new IOException("layer: entry '%s' leads out of its folder".formatted(name));
        }
        return target;
    }

    private byte @Nullable [] block() throws IOException {
        byte[] block = new byte[TarWriter.BLOCK];
        in.readFully(block);
        return block[0] == 0 ? null : block;
    }

    private String records(long size) throws IOException {
        if (size > LONGEST_PAX) {
            throw new IOException("layer: a header of %d bytes is too long".formatted(size));
        }
        byte[] bytes = new byte[(int) size];
        in.readFully(bytes);
        skipPadding(size);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static @Nullable String record(String records, String key, @Nullable String fallback) {
        for (String line : records.split("\n", -1)) {
            int space = line.indexOf(' ');
            if (line.startsWith(key + "=", space + 1)) {
                return line.substring(space + key.length() + 2);
            }
        }
        return fallback;
    }

    /** Read rather than skipped: what is skipped does not count into a digest of the stream. */
    private void skipPadding(long size) throws IOException {
        int rest = (int) (size % TarWriter.BLOCK);
        if (rest > 0) {
            in.readFully(new byte[TarWriter.BLOCK - rest]);
        }
    }

    private static String text(byte[] block, int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0 && block[end] != ' ') {
            end++;
        }
        return new String(block, offset, end - offset, StandardCharsets.US_ASCII);
    }
}
