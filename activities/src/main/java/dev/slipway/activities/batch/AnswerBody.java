package dev.slipway.activities.batch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bytes of an answer until its turn to be written has come: a short one in memory, a longer one in a work file, since answers wait
 * for one another and must not keep memory from the one that they wait for. To be closed.
 */
sealed interface AnswerBody extends AutoCloseable {
    /** Up to so many bytes wait in memory. */
    int SHORT = 4 << 10;

    /** From the beginning, each time; to be closed by the caller. */
    InputStream open() throws IOException;

    @Override
    void close() throws IOException;

    /**
     * Takes all of the stream.
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
