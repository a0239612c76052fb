package dev.slipway.formats.model;

import dev.slipway.formats.json.NearestName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private MediaTypes() {}

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
        return NearestName.of(type, KNOWN)
                .filter(nearest -> differsLittle(type, nearest))
                .orElse(type.matches("[a-z0-9.+*_-]+/[a-z0-9.+*_-]+") ? type : null);
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
