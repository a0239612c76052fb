package dev.slipway.formats.model;

import dev.slipway.domain.instance.Probe;
import dev.slipway.domain.instance.ServerProcess;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.formats.json.Findings;
import dev.slipway.formats.json.JsonDocument;
import dev.slipway.formats.json.JsonObjectReader;
import dev.slipway.formats.json.JsonSource;
import dev.slipway.formats.json.JsonValue;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The server of a container image, as its config.json describes it. */
public final class ImageServer {

    /** Where it listens if nothing else is said (guide, table 2-8). */
    static final int PORT = 8080;

    private static final List<String> CHECKS = List.of("startup_health", "readiness_health", "health");
    private static final int MOST_PORTS = 65_535;
    private static final long USUAL_TIMEOUT = 1;

    private ImageServer() {}

    /** How the server of the model is started and checked; that of its engine for a model that is no image. */
    public static ServerProcess of(Model model) {
        if (!(model.spec().source() instanceof ModelSource.ContainerImage image)) {
            return ServerProcess.OF_ENGINE;
        }
        ModelConfig config =
                model.spec().config() == null ? model.config() : model.spec().config();
        String text = config == null ? "{}" : config.text();
        JsonObjectReader reader = JsonObjectReader.of(JsonDocument.readTolerant(
                JsonSource.named("config", ErrorCode.CONFIG_VIOLATES_SPECIFICATION), text, new Findings()));
        List<ModelApi> apis =
                !model.spec().apis().isEmpty() || config == null ? model.spec().apis() : config.apis();
        Probe health = probe(reader, "health");
        Probe readiness = probe(reader, "readiness_health");
        return new ServerProcess(
                image.command(),
                Map.of(protocol(reader, apis), port(reader)),
                probe(reader, "startup_health"),
                // Who has one check alone is called when it succeeds: guide, table 4-1.
                readiness == null ? health : readiness,
                health);
    }

    /** Checks what {@link #of} reads, except what {@link HealthReader} does. */
    static void check(JsonObjectReader config, Findings findings) {
        JsonValue protocol = config.valueOrNull("protocol");
        if (protocol != null && !protocol.isEmpty() && protocolOf(protocol) == null) {
            ConfigRule.PROTOCOL.tell(findings, protocol.place(), protocol.description());
        }
        JsonValue port = config.valueOrNull("port");
        if (port != null && !port.isEmpty() && portOf(port) == null) {
            ConfigRule.PORT.tell(findings, port.place(), port.description());
        }
        for (String name : CHECKS) {
            JsonValue command = checkOf(config, name) == null
                    ? null
                    : Objects.requireNonNull(checkOf(config, name)).get("command");
            if (command instanceof JsonValue.JsonText text
                    && StartCommand.words(text.value())
                            .filter(words -> !words.isEmpty())
                            .isEmpty()) {
                ConfigRule.HEALTH_COMMAND_FORM.tell(findings, command.place(), text.value());
            }
        }
    }

    private static String protocol(JsonObjectReader config, List<ModelApi> apis) {
        String said = protocolOf(config.valueOrNull("protocol"));
        for (ModelApi api : apis) {
            said = said == null ? api.protocol() : said;
        }
        for (String name : CHECKS) {
            JsonValue.JsonObject check = checkOf(config, name);
            said = said == null && check != null ? protocolOf(check.get("protocol")) : said;
        }
        return said == null ? ServerProcess.HTTPS : said;
    }

    private static @Nullable String protocolOf(@Nullable JsonValue value) {
        String lower =
                value instanceof JsonValue.JsonText text ? text.value().strip().toLowerCase(Locale.ROOT) : "";
        return lower.equals(ServerProcess.HTTP) || lower.equals(ServerProcess.HTTPS) ? lower : null;
    }

    private static int port(JsonObjectReader config) {
        Integer port = portOf(config.valueOrNull("port"));
        return port == null ? PORT : port;
    }

    private static @Nullable Integer portOf(@Nullable JsonValue value) {
        String digits = value instanceof JsonValue.JsonNumber number
                ? number.literal()
                : value instanceof JsonValue.JsonText text ? text.value().strip() : "";
        if (!digits.matches("[0-9]{1,5}")) {
            return null;
        }
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= MOST_PORTS ? port : null;
    }

    private static JsonValue.@Nullable JsonObject checkOf(JsonObjectReader config, String name) {
        return config.valueOrNull(name) instanceof JsonValue.JsonObject check && !check.isEmpty() ? check : null;
    }

    private static @Nullable Probe probe(JsonObjectReader config, String name) {
        JsonValue.JsonObject check = checkOf(config, name);
        if (check == null) {
            return null;
        }
        boolean isCommand = "EXEC".equals(text(check.get("check_method")));
        return new Probe(
                isCommand ? null : Objects.requireNonNullElse(text(check.get("url")), "/health"),
                isCommand
                        ? StartCommand.words(Objects.requireNonNullElse(text(check.get("command")), ""))
                                .orElse(List.of())
                        : List.of(),
                Duration.ofSeconds(number(check.get("initial_delay_seconds"), 0)),
                Duration.ofSeconds(Math.max(1, number(check.get("period_seconds"), 1))),
                Duration.ofSeconds(Math.max(1, number(check.get("timeout_seconds"), USUAL_TIMEOUT))),
                (int) Math.max(1, number(check.get("failure_threshold"), 1)));
    }

    private static @Nullable String text(@Nullable JsonValue value) {
        return value instanceof JsonValue.JsonText text ? text.value() : null;
    }

    private static long number(@Nullable JsonValue value, long otherwise) {
        String digits = value instanceof JsonValue.JsonNumber number ? number.literal() : text(value);
        return digits != null && digits.matches("[0-9]{1,10}") ? Long.parseLong(digits) : otherwise;
    }
}
