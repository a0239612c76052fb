package dev.slipway.domain.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that a user asks for.
 *
 * @param extras see {@link Service#extras}
 * @param entries at least one
 * @param schedule not armed; null if there is none
 */
public record ServiceCreation(
        String name,
        @Nullable String description,
        InferType inferType,
        String workspaceId,
        int priority,
        String extras,
        List<EntryRequest> entries,
        @Nullable AutoStop schedule) {

    /** The default priority. */
    public static final int DEFAULT_PRIORITY = 2;

    /** The rule for names, as a regular expression of the whole text. */
    public static final String NAME_PATTERN = "[A-Za-z0-9_\\-\\u4e00-\\u9fff]{1,64}";
    /** The rule for descriptions, as a regular expression of the whole text. */
    public static final String DESCRIPTION_PATTERN = "[^!<>=&\"']{0,100}";

    /** The rule for names, in words. */
    public static final String NAME_RULE = "expected 1 to 64 letters, Chinese characters, digits, '-' and '_'";
    /** The rule for descriptions, in words. */
    public static final String DESCRIPTION_RULE = "expected at most 100 characters, none of ! < > = & \" '";

    public ServiceCreation {
        entries = List.copyOf(entries);
        if (!isName(name)) {
            throw new IllegalArgumentException("service name '%s': %s".formatted(name, NAME_RULE));
        }
    }

    public static boolean isName(String text) {
        return text.matches(NAME_PATTERN);
    }

    public static boolean isDescription(String text) {
        return text.matches(DESCRIPTION_PATTERN);
    }
}
