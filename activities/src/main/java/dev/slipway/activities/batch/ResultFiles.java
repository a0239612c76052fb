package dev.slipway.activities.batch;

import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes result files out of parts. A big one goes by a work file, so that memory is bounded. */
final class ResultFiles {
    private static final long SMALL = 8 << 20;

    private final ObjectStore store;
    private final Path folder;

    ResultFiles(ObjectStore store, Path folder) {
        this.store = store;
        this.folder = folder;
    }

    /** The next {@code length} bytes of the stream become the object. */
    void write(ObjectUri uri, InputStream from, long length) throws IOException {
        if (length <= SMALL) {
            byte[] bytes = from.readNBytes((int) length);
            if (bytes.length < length) {
                throw new EOFException("part ends before the result of '%s'".formatted(uri));
            }
            store.put(uri, bytes);
            return;
        }
        Path file = Files.createTempFile(folder, "result-", ".txt");
        try {
            try (OutputStream out = Files.newOutputStream(file)) {
                copy(from, length, out);
            }
            store.put(uri, file);
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
