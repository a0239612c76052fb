package dev.slipway.api.query;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query string of a call. Unknown parameters are ignored, because clients send them.
 *
 * @param parameters as they were sent
 * @param declared names that the call may read
 */
public record ListQuery(Map<String, String> parameters, Set<String> declared) {

    private static final int LONGEST_PAGE = 1000;
    private static final int LARGEST = 999_999_999;

    public ListQuery {
        parameters = Map.copyOf(parameters);
        declared = Set.copyOf(declared);
    }

    /**
     * Of two parameters of one name the first counts.
     *
     * @param raw as it was sent; null for none
     * @param declared names that the call may ask for
     * @throws Invalid where it is not UTF-8, or has a NUL character, which cannot be stored
     */
    public static ListQuery parse(@Nullable String raw, String... declared) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            parameters.putIfAbsent(decoded("a name", name), decoded("query parameter '%s'".formatted(name), value));
        }
        return new ListQuery(parameters, Set.of(declared));
    }

    private static String decoded(String what, String raw) {
        String text;
        try {
            byte[] bytes = URLDecoder.decode(raw, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw new Invalid(
                    ErrorCode.PARAMETER, "%s: expected UTF-8 with %%XX escapes, found '%s'".formatted(what, raw));
        }
        if (text.indexOf(0) >= 0) {
            throw new Invalid(
                    ErrorCode.PARAMETER, "%s: expected no NUL character, found one in '%s'".formatted(what, raw));
        }
        return text;
    }

    /** Whether the parameter is present, with any value. */
    public boolean has(String name) {
        return value(name) != null;
    }

    /** The parameter; null if it is absent or blank. */
    public @Nullable String text(String name) {
        String text = value(name);
        return text == null || text.isBlank() ? null : text;
    }

    private @Nullable String value(String name) {
        if (!declared.contains(name)) {
            throw new IllegalStateException("query parameter '%s' is asked for and not declared".formatted(name));
        }
        return parameters.get(name);
    }

    /** Records to skip: clients count records, not pages. */
    public int offset() {
        return number("offset", 0, LARGEST, 0);
    }

    /** Records to answer at most. */
    public int limit() {
        return Math.min(number("limit", 0, LARGEST, LONGEST_PAGE), LONGEST_PAGE);
    }

    /** The part of a complete list that is shown. */
    public <T> List<T> shown(List<T> all) {
        return all.stream().skip(offset()).limit(limit()).toList();
    }

    /** Whether {@code order} is {@code asc}. @throws Invalid for anything else than asc and desc */
    public boolean isAscending() {
        return "asc".equals(choice("order", List.of("asc", "desc")));
    }

    /** The parameter as it is spelled among {@code accepted}; null if it is absent or blank. @throws Invalid for any other text */
    public @Nullable String choice(String name, List<String> accepted) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        return accepted.stream()
                .filter(text::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> new Invalid(
                        ErrorCode.PARAMETER,
                        "query parameter '%s': expected one of %s, found '%s'".formatted(name, accepted, text)));
    }

    /** Whether the parameter is {@code true}. @throws Invalid for anything else than true and false */
    public boolean flag(String name) {
        return "true".equals(choice(name, List.of("true", "false")));
    }

    /** Milliseconds since 1970. @throws Invalid for any other text */
    public @Nullable Instant instant(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        if (!text.matches("[0-9]{1,15}")) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "query parameter '%s': expected milliseconds since 1970, found '%s'".formatted(name, text));
        }
        return Instant.ofEpochMilli(Long.parseLong(text));
    }

    /** The number; {@code fallback} if it is absent or blank. @throws Invalid for any other text, and outside {@code least} to {@code most} */
    public int number(String name, int least, int most, int fallback) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
        if (number < least || number > most) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "query parameter '%s': expected a whole number from %d to %d, found '%s'"
                            .formatted(name, least, most, text));
        }
        return number;
    }
}
