package dev.slipway.activities.batch;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies a large result from its part to a work file, so that memory is bounded. */
final class ResultFiles {
    private final Path folder;

    ResultFiles(Path folder) {
        this.folder = folder;
    }

    /** Uses a file, which is removed afterwards. */
    @FunctionalInterface
    interface Taker {
        void take(Path file) throws IOException;
    }

    /** The next {@code length} bytes of the stream as a file. */
    void with(InputStream from, long length, Taker taker) throws IOException {
        Path file = Files.createTempFile(folder, "result-", ".txt");
        try {
            try (OutputStream out = Files.newOutputStream(file)) {
                copy(from, length, out);
            }
            taker.take(file);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    static void copy(InputStream from, long length, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = length;
        while (left > 0) {
            int read = from.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("a part is shorter than its outcomes say");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }
}
