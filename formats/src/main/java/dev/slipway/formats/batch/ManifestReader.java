package dev.slipway.formats.batch;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads an input manifest as a stream: one JSON object with the field {@code source} on each line. Other fields say nothing here and are
 * passed over, whatever JSON they contain. Any other line is returned as a bad line with its number and reason, and reading goes on. Lines end with LF, CRLF or CR, as
 * those of tables do; blank lines and a byte order mark at the beginning are skipped. What is no text in UTF-8 at all is refused once.
 */
public final class ManifestReader implements AutoCloseable {
    static final int LONGEST_LINE = 1 << 20;
    private static final int DEEPEST = 1000;
    private static final int SHOWN = 1000;
    private static final String FORMAT = "JSON lines";
    /** The end of a text in DOS. */
    private static final int CTRL_Z = 0x1A;

    private final BufferedInputStream buffered;
    private final PushbackInputStream in;
    private final String objectHost;
    private long number;
    /** Of the byte that was read last. */
    private long offset = -1;

    /** @param objectHost see {@link ObjectUri#parse} */
    public ManifestReader(InputStream in, String objectHost) {
        this.buffered = new BufferedInputStream(in, 1 << 16);
        this.in = new PushbackInputStream(buffered);
        this.objectHost = objectHost;
    }

    /**
     * The next line; null after the last.
     *
     * @throws Invalid if the manifest is not a text in UTF-8
     */
    public @Nullable ManifestLine next() throws IOException {
        if (offset < 0) {
            lookAtBeginning();
        }
        while (true) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
            boolean more = readLine(bytes);
            if (!more) {
                return null;
            }
            number++;
            byte[] line = withoutEnd(number == 1 ? beginning(bytes.toByteArray()) : bytes.toByteArray());
            if (!isBlank(line)) {
                return read(line);
            }
        }
    }

    private ManifestLine read(byte[] line) {
        if (line.length > LONGEST_LINE) {
            return bad(line, "line %d: longer than %d bytes".formatted(number, LONGEST_LINE));
        }
        String source;
        try {
            JsonSource json = new JsonSource("manifest", ErrorCode.PARAMETER, LONGEST_LINE, DEEPEST);
            source = JsonObjectReader.of(JsonDocument.readField(json, line, "source"))
                    .text("source");
        } catch (Invalid e) {
            return bad(line, "line %d: %s".formatted(number, inThisLine(e)));
        }
        return named(source);
    }

    private ManifestLine named(String source) {
        if (source.startsWith("http") && source.indexOf('?') >= 0) {
            return new ManifestLine.Bad(
                    source,
                    "line %d: '%s?…' is a signed link, which is not supported yet; expected obs://<bucket>/<key>"
                            .formatted(number, source.substring(0, source.indexOf('?'))));
        }
        try {
            ObjectUri uri = ObjectUri.parse(source, objectHost);
            if (uri.key().isEmpty() || uri.key().endsWith("/")) {
                return new ManifestLine.Bad(
                        source, "line %d: '%s' is a folder, expected a file".formatted(number, source));
            }
            return new ManifestLine.Named(source, uri);
        } catch (Invalid e) {
            return new ManifestLine.Bad(source, "line %d: %s".formatted(number, e.getMessage()));
        }
    }

    /** Each line is a document of one line, so "line 1" is replaced by its number in the manifest. */
    private static String inThisLine(Invalid e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("manifest, line 1, ") ? message.substring("manifest, line 1, ".length()) : message;
    }

    private static ManifestLine bad(byte[] line, String reason) {
        String text = new String(line, 0, Math.min(line.length, SHOWN), StandardCharsets.UTF_8).strip();
        return new ManifestLine.Bad(line.length > SHOWN ? text + "…" : text, reason);
    }

    /** Reads up to the end of the line; keeps at most one byte more than the longest allowed line. False at the end of the manifest. */
    private boolean readLine(ByteArrayOutputStream bytes) throws IOException {
        int b = read();
        if (b < 0) {
            return false;
        }
        while (b >= 0 && b != '\n' && b != '\r') {
            if (b == 0) {
                throw new Invalid(ErrorCode.PARAMETER, "the manifest is " + TextKind.withNul(offset, FORMAT));
            }
            if (bytes.size() <= LONGEST_LINE) {
                bytes.write(b);
            }
            b = read();
        }
        if (b == '\r') {
            int next = read();
            if (next >= 0 && next != '\n') {
                in.unread(next);
                offset--;
            }
        }
        return true;
    }

    private int read() throws IOException {
        offset++;
        return in.read();
    }

    private void lookAtBeginning() throws IOException {
        buffered.mark(TextKind.LONGEST_MARK);
        String other = TextKind.otherThanUtf8(buffered.readNBytes(TextKind.LONGEST_MARK), FORMAT);
        if (other != null) {
            throw new Invalid(ErrorCode.PARAMETER, "the manifest is " + other);
        }
        buffered.reset();
    }

    private static byte[] beginning(byte[] line) {
        return TextKind.hasByteOrderMark(line, line.length)
                ? Arrays.copyOfRange(line, TextKind.BYTE_ORDER_MARK, line.length)
                : line;
    }

    private static byte[] withoutEnd(byte[] line) {
        int length = line.length;
        while (length > 0 && line[length - 1] == CTRL_Z) {
            length--;
        }
        return length == line.length ? line : Arrays.copyOf(line, length);
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
