package dev.slipway.formats.batch;

import dev.slipway.domain.batch.RecordFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** Lines of result files and manifests. None has a line break in it or at its end. */
public final class JsonLines {
    private static final int BUFFER = 8 << 10;
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonLines() {}

    /** Bytes that can be read several times, each time from their beginning. */
    @FunctionalInterface
    public interface Source {
        /** The caller closes it. */
        InputStream open() throws IOException;
    }

    /** As written by {@link #writeAnswer}, without the line break. */
    public static String ofAnswer(byte[] answer) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(answer.length + 2);
        try {
            writeAnswer(() -> new ByteArrayInputStream(answer), line);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing here is a file", e);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.substring(0, text.length() - 1);
    }

    /**
     * Writes the line of an answer and its line break: JSON unchanged but without blanks between tokens; any other text as one JSON string.
     * The answer is read twice and never held completely in memory.
     */
    public static void writeAnswer(Source answer, OutputStream out) throws IOException {
        boolean isJson;
        try (InputStream in = answer.open()) {
            isJson = isJson(in);
        }
        try (InputStream in = answer.open()) {
            if (isJson) {
                writeWithoutBlanks(in, out);
            } else {
                writeQuoted(in, out);
            }
        }
        out.write('\n');
    }

    /** Appends the line of an answer that is in memory, the same as {@link #writeAnswer} writes, with its line break. */
    public static void appendAnswer(byte[] of, int from, int to, ByteBuilder out) {
        if (!CompactJson.append(of, from, to, out)) {
            out.append(ofAnswer(Arrays.copyOfRange(of, from, to)));
        }
        out.append('\n');
    }

    /** The line of a record that failed. */
    public static String ofFailure(RecordFailure failure) {
        return "{\"error_code\":%s,\"error_msg\":%s}"
                .formatted(quoted(failure.kind().code()), quoted(failure.message()));
    }

    /**
     * The line of an input in the manifest.
     *
     * @param location of its result file; null if it has none
     * @param error why it FAILED; null if it is SUCCESSFUL
     */
    public static String ofManifest(String source, @Nullable String location, @Nullable String error) {
        StringBuilder line = new StringBuilder(256);
        line.append("{\"source\":").append(quoted(source));
        line.append(",\"result\":").append(error == null ? "\"SUCCESSFUL\"" : "\"FAILED\"");
        if (error != null) {
            line.append(",\"error_message\":").append(quoted(error));
        }
        if (location != null) {
            line.append(",\"inference-loc\":").append(quoted(location));
        }
        return line.append('}').toString();
    }

    /** The text as a JSON string. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        return out.append('"').toString();
    }

    private static boolean isJson(InputStream in) {
        CharsetDecoder strict = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), new InputStreamReader(in, strict))) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.getString(); // a lazily read text or number may still be invalid
            return parser.nextToken() == null;
        } catch (JacksonException notJson) {
            return false;
        }
    }

    /** For valid JSON, in which blanks are only between tokens or inside strings. In UTF-8 each blank is one byte. */
    private static void writeWithoutBlanks(InputStream in, OutputStream out) throws IOException {
        byte[] read = new byte[BUFFER];
        byte[] kept = new byte[BUFFER];
        boolean inString = false;
        boolean escaped = false;
        for (int length; (length = in.read(read)) >= 0; ) {
            int count = 0;
            for (int i = 0; i < length; i++) {
                byte b = read[i];
                if (!inString && (b == ' ' || b == '\t' || b == '\n' || b == '\r')) {
                    continue;
                }
                kept[count++] = b;
                if (escaped) {
                    escaped = false;
                } else if (b == '"') {
                    inString = !inString;
                } else if (b == '\\') {
                    escaped = inString;
                }
            }
            out.write(kept, 0, count);
        }
    }

    private static void writeQuoted(InputStream in, OutputStream out) throws IOException {
        Reader text = new InputStreamReader(in, StandardCharsets.UTF_8);
        Writer line = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        char[] some = new char[BUFFER];
        StringBuilder quoted = new StringBuilder(BUFFER + 16);
        line.write('"');
        for (int length; (length = text.read(some)) >= 0; ) {
            quoted.setLength(0);
            JsonStringEncoder.getInstance().quoteAsString(CharBuffer.wrap(some, 0, length), quoted);
            line.append(quoted);
        }
        line.write('"');
        line.flush();
    }
}
