package dev.slipway.formats.model;

import dev.slipway.formats.field.TextRule;
import dev.slipway.formats.json.NearestName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The content types of requests and responses, and what people write in their place. */
final class MediaTypes {

    static final String JSON = "application/json";
    static final String FORM = "multipart/form-data";

    private static final List<String> KNOWN = List.of(
            JSON,
            FORM,
            "application/x-www-form-urlencoded",
            "application/octet-stream",
            "application/xml",
            "text/plain",
            "text/html",
            "text/csv",
            "text/event-stream",
            "image/jpeg",
            "image/png");

    /** Written in public packages; none is the name of a type. */
    private static final Map<String, String> MEANT =
            Map.of("multipart/json", JSON, "json", JSON, "text/json", JSON, "form-data", FORM, "multipart", FORM);

    private static final Pattern FORM_OF_TYPE = Pattern.compile("[a-z0-9.+*_-]+/[a-z0-9.+*_-]+");

    /** What is taken for a type, with or without parameters, in any case. */
    static final TextRule RULE = TextRule.of(
            "\\s*(?:[A-Za-z0-9.+*_-]+/[A-Za-z0-9.+*_-]+|%s)\\s*(?:;[\\s\\S]*)?".formatted(words()),
            "expected a media type such as application/json or multipart/form-data");

    private MediaTypes() {}

    private static String words() {
        return MEANT.keySet().stream()
                .filter(word -> !word.contains("/"))
                .sorted()
                .map(MediaTypes::inAnyCase)
                .collect(Collectors.joining("|"));
    }

    private static String inAnyCase(String word) {
        return word.chars()
                .mapToObj(c -> c == '-' ? "-" : "[%c%c]".formatted(Character.toUpperCase(c), c))
                .collect(Collectors.joining());
    }

    /** The type that is meant by that text, without parameters; null if it is no type. */
    static @Nullable String meant(String text) {
        int parameters = text.indexOf(';');
        String type =
                (parameters < 0 ? text : text.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
        String known = MEANT.get(type);
        if (known != null) {
            return known;
        }
        if (KNOWN.contains(type)) {
            return type;
        }
        if (!FORM_OF_TYPE.matcher(type).matches()) {
            return null;
        }
        return NearestName.of(type, KNOWN)
                .filter(nearest -> differsLittle(type, nearest))
                .orElse(type);
    }

    /** {@code image/jpg} and {@code image/gif} are both near {@code image/jpeg}, but only a misspelling is corrected. */
    private static boolean differsLittle(String type, String nearest) {
        boolean isText = nearest.startsWith("application/") || nearest.startsWith("multipart/");
        return isText && Math.abs(type.length() - nearest.length()) <= 2 && NearestName.differences(type, nearest) <= 2;
    }

    /** Whether that text is written as the type itself, with or without parameters. */
    static boolean isWrittenSo(String text, String type) {
        int parameters = text.indexOf(';');
        return (parameters < 0 ? text : text.substring(0, parameters)).strip().equalsIgnoreCase(type);
    }
}
