package dev.slipway.activities.batch;

import dev.slipway.domain.storage.ContentType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a result is a text. What the model answered is kept as it came, whatever the name of its result file says. */
final class ResultType {

    private ResultType() {}

    static ContentType of(byte[] bytes) {
        try {
            return of(new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be read", e);
        }
    }

    static ContentType of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    private static ContentType of(InputStream in) throws IOException {
        InputStreamReader reader = new InputStreamReader(
                in,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT));
        char[] buffer = new char[8192];
        try {
            int read = reader.read(buffer);
            while (read >= 0) {
                for (int i = 0; i < read; i++) {
                    if (buffer[i] == 0) {
                        return ContentType.BYTES;
                    }
                }
                read = reader.read(buffer);
            }
            return ContentType.TEXT;
        } catch (CharacterCodingException notUtf8) {
            return ContentType.BYTES;
        }
    }
}
