package dev.slipway.formats.json;

import dev.slipway.domain.problem.Invalid;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads strict JSON (RFC 8259): one value, UTF-8 (a byte order mark is passed over), no comments, no trailing commas, no repeated keys, and no NUL
 * characters and unpaired surrogates, which cannot be stored.
 */
public final class JsonDocument {

    private static final int LONGEST_NUMBER = 1000;
    private static final Pattern NOT_A_NUMBER = Pattern.compile("Non-standard token '([^']*)'");
    /** The part of the parser's messages after the reason: its options and positions. */
    private static final Pattern FOR_PROGRAMMERS = Pattern.compile(
            "(?s)( \\(not recognized as one since| \\((start marker|for \\w+ starting) at|[:;,]? \\(?enable `| \\[?\\(?[Ss]ource:|\n).*");

    private final JsonSource source;
    private final JsonParser parser;
    private final @Nullable Findings findings;
    /** The only field that is looked at; null for all. */
    private final @Nullable String field;

    private long weight;

    private JsonDocument(JsonSource source, JsonParser parser, @Nullable Findings findings, @Nullable String field) {
        this.source = source;
        this.parser = parser;
        this.findings = findings;
        this.field = field;
    }

    /**
     * As {@link #read(JsonSource, byte[])}, but a key that stands twice does not end the reading: with the same value it is a warning, with
     * another a fault. The first value counts.
     */
    public static JsonValue read(JsonSource source, byte[] bytes, Findings findings) {
        failIfTooLong(source, bytes);
        return read(source, decode(source, bytes), findings, null);
    }

    /**
     * As {@link #read(JsonSource, byte[])}, but of an object it reads this field alone. The others have to be JSON, and no more is asked of
     * them: repeated keys, NUL characters, long numbers and half surrogates are passed over, and they may be as deep as the source says; NaN
     * and Infinity too, which Python's json writes.
     */
    public static JsonValue readField(JsonSource source, byte[] bytes, String field) {
        failIfTooLong(source, bytes);
        return read(source, decode(source, bytes), null, field);
    }

    /** As {@link #read(JsonSource, byte[], Findings)}. */
    public static JsonValue readTolerant(JsonSource source, String text, Findings findings) {
        return read(source, text, findings, null);
    }

    /** @throws Invalid of the source's code, with line and column (or the byte, where the bytes are not UTF-8) */
    public static JsonValue read(JsonSource source, byte[] bytes) {
        failIfTooLong(source, bytes);
        return read(source, decode(source, bytes));
    }

    private static void failIfTooLong(JsonSource source, byte[] bytes) {
        if (bytes.length > source.longest()) {
            throw new Invalid(
                    source.code(),
                    "%s: %d bytes long, expected at most %d".formatted(source.name(), bytes.length, source.longest()));
        }
    }

    /** @throws Invalid of the source's code, with line and column */
    public static JsonValue read(JsonSource source, String text) {
        return read(source, text, null, null);
    }

    private static JsonValue read(JsonSource source, String sent, @Nullable Findings findings, @Nullable String field) {
        String unmarked = withoutByteOrderMark(sent);
        String text = findings == null ? unmarked : JsonMending.mend(source, unmarked, findings);
        if (text.length() > source.longest()) {
            throw new Invalid(
                    source.code(),
                    "%s: %d characters long, expected at most %d"
                            .formatted(source.name(), text.length(), source.longest()));
        }
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(source.deepest() + 1)
                        .maxNameLength(source.longest())
                        .maxNumberLength(field == null ? LONGEST_NUMBER : source.longest())
                        .maxStringLength(source.longest())
                        .build())
                .configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS, field != null)
                .build();
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
            return new JsonDocument(source, parser, findings, field).whole();
        } catch (StreamConstraintsException e) {
            throw at(source, e.getLocation())
                    .problem(
                            field == null
                                    ? "a number has more than %d digits, expected fewer".formatted(LONGEST_NUMBER)
                                    : tooDeep(source));
        } catch (JacksonException e) {
            throw withOthers(findings, unreadable(source, e));
        }
    }

    /** All that was found before it, and this one, which ends the reading. */
    private static Invalid withOthers(@Nullable Findings findings, Invalid last) {
        if (findings == null) {
            return last;
        }
        findings.fault(last);
        return findings.all(last.code());
    }

    /** Editors on Windows write one. RFC 8259 lets readers pass over it. */
    public static String withoutByteOrderMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private JsonValue whole() {
        if (parser.nextToken() == null) {
            throw here().problem("is empty, expected JSON");
        }
        JsonValue value = value(here());
        if (parser.nextToken() != null) {
            tell(here().problem("more text follows after the JSON value, expected its end"));
        }
        return value;
    }

    /** The value that begins with the current token. */
    private JsonValue value(JsonPlace place) {
        JsonToken token = parser.currentToken();
        refuseTooHeavy();
        return switch (token) {
            case START_OBJECT -> object(place);
            case START_ARRAY -> array(place);
            case VALUE_STRING -> new JsonValue.JsonText(place, storable(place, parser.getString()));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonValue.JsonNumber(place, parser.getString());
            case VALUE_TRUE -> new JsonValue.JsonBoolean(place, true);
            case VALUE_FALSE -> new JsonValue.JsonBoolean(place, false);
            case VALUE_NULL -> new JsonValue.JsonNull(place);
            case END_ARRAY, END_OBJECT, NOT_AVAILABLE, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no value begins with " + token);
        };
    }

    /** Keeps the fault if all are wanted, or ends the reading with it. */
    private void tell(Invalid fault) {
        if (findings == null) {
            throw fault;
        }
        findings.fault(fault);
    }

    private void refuseTooDeep() {
        if (parser.streamReadContext().getNestingDepth() > source.deepest()) {
            throw here().problem(tooDeep(source));
        }
    }

    private static String tooDeep(JsonSource source) {
        return "more than %d objects and arrays lie in one another, expected at most that many levels"
                .formatted(source.deepest());
    }

    private void refuseTooHeavy() {
        weight += Math.max(1, parser.streamReadContext().getNestingDepth());
        if (weight > JsonSource.HEAVIEST) {
            throw here().problem(
                            "more values than are read: their levels, added up over all values so far, pass %d; make it flatter, or several"
                                    .formatted(JsonSource.HEAVIEST));
        }
    }

    private JsonValue object(JsonPlace place) {
        refuseTooDeep();
        Map<String, JsonValue> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (isPassedOver(name)) {
                parser.nextToken();
                parser.skipChildren();
                continue;
            }
            TokenStreamLocation at = parser.currentTokenLocation();
            JsonPlace key = place.field(name, at.getLineNr(), at.getColumnNr());
            storable(key, name);
            JsonValue first = fields.get(name);
            if (first != null && findings == null) {
                throw twice(key, first, "");
            }
            parser.nextToken();
            TokenStreamLocation location = parser.currentTokenLocation();
            JsonValue value = value(place.field(name, location.getLineNr(), location.getColumnNr()));
            fields.putIfAbsent(name, value);
            if (first != null && findings != null) {
                tellOfSecond(findings, key, first, value);
            }
        }
        return new JsonValue.JsonObject(place, fields);
    }

    private boolean isPassedOver(String name) {
        return field != null && parser.streamReadContext().getNestingDepth() == 1 && !name.equals(field);
    }

    private static void tellOfSecond(Findings findings, JsonPlace key, JsonValue first, JsonValue second) {
        if (first.toJson().equals(second.toJson())) {
            findings.warning(twice(key, first, " with the same value: remove one of them"));
        } else {
            findings.fault(twice(key, first, " with another value: keep the right one and remove the other"));
        }
    }

    private static Invalid twice(JsonPlace key, JsonValue first, String what) {
        return key.problem("the key stands twice, first at line %d, column %d%s"
                .formatted(first.place().line(), first.place().column(), what));
    }

    private JsonValue array(JsonPlace place) {
        refuseTooDeep();
        List<JsonValue> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            TokenStreamLocation at = parser.currentTokenLocation();
            elements.add(value(place.element(elements.size(), at.getLineNr(), at.getColumnNr())));
        }
        return new JsonValue.JsonArray(place, elements);
    }

    private JsonPlace here() {
        TokenStreamLocation at = parser.currentTokenLocation();
        return JsonPlace.whole(source, Math.max(at.getLineNr(), 1), Math.max(at.getColumnNr(), 1));
    }

    private String storable(JsonPlace place, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                tell(place.problem("a text has a NUL character (\\u0000), which cannot be stored: remove it"));
                return text;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                tell(place.problem("a text has half of a surrogate pair (\\u%04x), which is no character: remove it"
                        .formatted((int) c)));
                return text;
            }
        }
        return text;
    }

    private static String decode(JsonSource source, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        CharBuffer output = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(input, output, true);
        if (result.isError() || TextEncoding.wide(bytes).isPresent()) {
            throw notUtf8(source, bytes, output.flip().toString(), result.isError() ? input.position() + 1 : 1);
        }
        return output.flip().toString();
    }

    /** @param at the byte, from 1 */
    private static Invalid notUtf8(JsonSource source, byte[] bytes, String before, int at) {
        boolean isWide = TextEncoding.wide(bytes).isPresent();
        int line = isWide ? 1 : 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = isWide ? 1 : before.length() - before.lastIndexOf('\n');
        return JsonPlace.whole(source, line, column)
                .problem("not UTF-8 at byte %d, it looks like %s: save it as UTF-8"
                        .formatted(isWide ? 1 : at, TextEncoding.guess(bytes)));
    }

    private static Invalid unreadable(JsonSource source, JacksonException e) {
        return at(source, e.getLocation()).problem("is not JSON: " + plain(e.getOriginalMessage()));
    }

    private static JsonPlace at(JsonSource source, @Nullable TokenStreamLocation at) {
        int line = at == null ? 1 : Math.max(at.getLineNr(), 1);
        int column = at == null ? 1 : Math.max(at.getColumnNr(), 1);
        return JsonPlace.whole(source, line, column);
    }

    /** The message without that part. */
    private static String plain(String message) {
        Matcher constant = NOT_A_NUMBER.matcher(message);
        if (constant.lookingAt()) {
            return "'%s' is no number, expected one that is finite, or null".formatted(constant.group(1));
        }
        return FOR_PROGRAMMERS.matcher(message).replaceFirst("");
    }
}
