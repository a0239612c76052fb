package dev.slipway.formats.model;

import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonPlace;
import dev.slipway.formats.json.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks the health checks of a config.json (guide, table 4-8). */
final class HealthReader {

    private static final List<String> CHECKS = List.of("health", "readiness_health", "startup_health");

    private static final String SECONDS = "[0-9]{1,10}";

    private HealthReader() {}

    /** Those of an image; a package has none, and needs none. */
    static void check(JsonObjectReader config, boolean isImage, Findings findings) {
        for (String name : CHECKS) {
            JsonValue value = config.valueOrNull(name);
            if (value == null || value.isEmpty()) {
                continue;
            }
            if (!isImage) {
                ConfigRule.HEALTH_OF_PACKAGE.tell(findings, value.place());
                continue;
            }
            JsonObjectReader health = findings.reading(() -> config.objectOrNull(name));
            if (health != null) {
                check(health, findings);
            }
        }
    }

    private static void check(JsonObjectReader health, Findings findings) {
        String method = text(health, "check_method");
        JsonValue command = health.valueOrNull("command");
        JsonValue url = health.valueOrNull("url");
        String protocol = text(health, "protocol");
        switch (method == null ? "" : method) {
            case "HTTP" -> {
                String path = text(health, "url");
                if (path == null || !path.startsWith("/")) {
                    ConfigRule.HEALTH_URL.tell(findings, place(health, "url"), described(url));
                }
            }
            case "EXEC" -> {
                if (text(health, "command") == null) {
                    ConfigRule.HEALTH_COMMAND.tell(findings, place(health, "command"), described(command));
                }
            }
            default ->
                ConfigRule.HEALTH_METHOD.tell(
                        findings, place(health, "check_method"), described(health.valueOrNull("check_method")));
        }
        JsonValue sentProtocol = health.valueOrNull("protocol");
        if (sentProtocol != null
                && !sentProtocol.isEmpty()
                && (protocol == null || !List.of("http", "https").contains(protocol.toLowerCase(Locale.ROOT)))) {
            ConfigRule.HEALTH_PROTOCOL.tell(findings, sentProtocol.place(), sentProtocol.description());
        }
        seconds(health, "initial_delay_seconds", 0, false, findings);
        seconds(health, "timeout_seconds", 1, false, findings);
        seconds(health, "period_seconds", 1, true, findings);
        seconds(health, "failure_threshold", 1, true, findings);
        health.forEachMisspelt((value, meant) -> ConfigRule.KEY_MISSPELT.tell(findings, value.place(), meant));
    }

    private static void seconds(
            JsonObjectReader health, String name, int least, boolean isRequired, Findings findings) {
        JsonValue value = health.valueOrNull(name);
        if (value == null || value.isEmpty()) {
            if (isRequired) {
                ConfigRule.HEALTH_SECONDS.tell(findings, place(health, name), least, described(value));
            }
            return;
        }
        boolean isRight =
                switch (value) {
                    case JsonValue.JsonText text ->
                        text.value().matches(SECONDS)
                                && Long.parseLong(text.value()) >= least
                                && Long.parseLong(text.value()) <= Integer.MAX_VALUE;
                    case JsonValue.JsonNumber number -> number.isWithin(least, Integer.MAX_VALUE);
                    case JsonValue.JsonObject ignored -> false;
                    case JsonValue.JsonArray ignored -> false;
                    case JsonValue.JsonBoolean ignored -> false;
                    case JsonValue.JsonNull ignored -> false;
                };
        if (!isRight) {
            ConfigRule.HEALTH_SECONDS.tell(findings, value.place(), least, value.description());
        } else if (value instanceof JsonValue.JsonNumber number) {
            ConfigRule.HEALTH_UNQUOTED.tell(findings, value.place(), number.literal());
        }
    }

    private static @Nullable String text(JsonObjectReader reader, String name) {
        return reader.valueOrNull(name) instanceof JsonValue.JsonText text
                        && !text.value().isBlank()
                ? text.value()
                : null;
    }

    private static String described(@Nullable JsonValue value) {
        return value == null ? "none" : value.description();
    }

    private static JsonPlace place(JsonObjectReader reader, String name) {
        return reader.placeOf(name);
    }
}
