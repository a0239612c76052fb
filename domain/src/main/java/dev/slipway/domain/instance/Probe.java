package dev.slipway.domain.instance;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A check of a server: a request over HTTP, which an answer of 2xx or 3xx makes a success, or a command in its sandbox, which exit code 0
 * does.
 *
 * @param path for example {@code /health}; null for a command
 * @param command program and arguments; empty for a request
 * @param delay from the start of the instance to the first check
 * @param every pause between two checks, at least 1 s
 * @param within how long an answer may take, more than zero
 * @param failures how many consecutive failures count, at least 1
 */
public record Probe(
        @Nullable String path, List<String> command, Duration delay, Duration every, Duration within, int failures) {

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    public Probe {
        // Older rows have neither.
        command = List.copyOf(Objects.requireNonNullElse(command, List.of()));
        delay = Objects.requireNonNullElse(delay, Duration.ZERO);
        if ((path == null) == command.isEmpty()) {
            throw new IllegalArgumentException(
                    "probe '%s': expected either a path or a command, found command %s".formatted(path, command));
        }
        if (path != null && !path.startsWith("/")) {
            throw new IllegalArgumentException("probe '%s': expected a path that begins with '/'".formatted(path));
        }
        if (every.compareTo(SHORTEST_PAUSE) < 0
                || within.isNegative()
                || within.isZero()
                || delay.isNegative()
                || failures < 1) {
            throw new IllegalArgumentException(
                    "probe '%s': delay %s, every %s, within %s, failures %d: expected at least 0, at least 1 s, more than zero, at least 1"
                            .formatted(path == null ? command : path, delay, every, within, failures));
        }
    }

    /** A request, from the start of the instance on. */
    public Probe(String path, Duration every, Duration within, int failures) {
        this(path, List.of(), Duration.ZERO, every, within, failures);
    }

    /** The path or the command, for people. */
    public String what() {
        return path == null ? String.join(" ", command) : path;
    }
}
