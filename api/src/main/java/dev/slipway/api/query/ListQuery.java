package dev.slipway.api.query;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query string of a list. Parameters that nobody asks for are ignored: clients send them. */
public record ListQuery(Map<String, String> parameters) {

    private static final int LONGEST_PAGE = 1000;

    public ListQuery {
        parameters = Map.copyOf(parameters);
    }

    /** The parameter; null if it is absent or blank. */
    public @Nullable String text(String name) {
        String text = parameters.get(name);
        return text == null || text.isBlank() ? null : text;
    }

    /** Records to skip: clients count records, not pages. */
    public int offset() {
        return number("offset", 0);
    }

    /** Records to answer at most. */
    public int limit() {
        return Math.min(number("limit", LONGEST_PAGE), LONGEST_PAGE);
    }

    /** The page of a list that is known as a whole: {@code {total_count, count, <name>: [...]}}. */
    public Map<String, Object> page(String name, List<Map<String, Object>> all) {
        List<Map<String, Object>> shown =
                all.stream().skip(offset()).limit(limit()).toList();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("total_count", all.size());
        body.put("count", shown.size());
        body.put(name, shown);
        return body;
    }

    public boolean isAscending() {
        return "asc".equalsIgnoreCase(text("order"));
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

    private int number(String name, int fallback) {
        String text = text(name);
        if (text == null) {
            return fallback;
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw new Invalid(
                    ErrorCode.PARAMETER,
                    "query parameter '%s': expected a whole number from 0 on, found '%s'".formatted(name, text));
        }
        return Integer.parseInt(text);
    }
}
