package dev.slipway.activities.batch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bytes of an answer until they are written: a short answer in memory, a longer one in a work file. Answers wait for an earlier one and
 * must not use up the memory that the earlier one needs. Must be closed.
 */
sealed interface AnswerBody extends AutoCloseable {
    /** The most bytes that stay in memory. */
    int SHORT = 4 << 10;

    /** A new stream from the beginning at each call; the caller closes it. */
    InputStream open() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * Reads the whole stream.
     *
     * @param folder for a work file
     * @throws AnswerTooLong if it has more bytes than that
     */
    static AnswerBody read(InputStream in, long longest, Path folder) throws IOException {
        byte[] first = in.readNBytes((int) Math.min(SHORT, longest) + 1);
        if (first.length > longest) {
            throw new AnswerTooLong(longest);
        }
        return first.length <= SHORT ? new InMemory(first) : InFile.written(first, in, longest, folder);
    }

    /** At most that much of its beginning. */
    default byte[] beginning(int most) throws IOException {
        try (InputStream in = open()) {
            return in.readNBytes(most);
        }
    }

    /** A short one. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record InMemory(byte[] bytes) implements AnswerBody {
        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public void close() {}
    }

    /** A longer one. */
    record InFile(Path file) implements AnswerBody {
        private static InFile written(byte[] first, InputStream rest, long longest, Path folder) throws IOException {
            InFile body = new InFile(Files.createTempFile(folder, "answer-", ".data"));
            boolean whole = false;
            try (OutputStream out = Files.newOutputStream(body.file)) {
                out.write(first);
                byte[] buffer = new byte[16 << 10];
                long length = first.length;
                for (int read; (read = rest.read(buffer)) >= 0; ) {
                    length += read;
                    if (length > longest) {
                        throw new AnswerTooLong(longest);
                    }
                    out.write(buffer, 0, read);
                }
                whole = true;
                return body;
            } finally {
                if (!whole) {
                    body.close();
                }
            }
        }

        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(file);
        }
    }
}
