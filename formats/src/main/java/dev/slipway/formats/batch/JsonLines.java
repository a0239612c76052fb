package dev.slipway.formats.batch;

import dev.slipway.domain.batch.RecordFailure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/** Lines of result files and manifests. None has a line break in it or at its end. */
public final class JsonLines {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonLines() {}

    /** The line of an answer: JSON as it came, without the blanks between its parts; any other text as one JSON string. */
    public static String ofAnswer(byte[] answer) {
        String text = utf8OrNull(answer);
        if (text == null) {
            return quoted(new String(answer, StandardCharsets.UTF_8));
        }
        return isJson(text) ? withoutBlanks(text) : quoted(text);
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

    private static @Nullable String utf8OrNull(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isJson(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.getString(); // a lazily read text or number may still turn out to be none
            return parser.nextToken() == null;
        } catch (JacksonException notJson) {
            return false;
        }
    }

    /** Of a text that is JSON: blanks stand between tokens or inside strings, nowhere else. */
    private static String withoutBlanks(String json) {
        StringBuilder out = new StringBuilder(json.length());
        boolean inString = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (inString) {
                out.append(c);
                if (c == '\\') {
                    i++;
                    out.append(json.charAt(i));
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
                inString = c == '"';
                out.append(c);
            }
        }
        return out.toString();
    }
}
