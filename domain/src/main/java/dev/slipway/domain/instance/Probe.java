package dev.slipway.domain.instance;

import java.time.Duration;

/**
 * A check over HTTP: an answer of 2xx within the time is a success.
 *
 * @param path for example {@code /health}
 * @param every pause between two checks, at least 1 s
 * @param within how long an answer may take, more than zero
 * @param failures how many consecutive failures count, at least 1
 */
public record Probe(String path, Duration every, Duration within, int failures) {

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    public Probe {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("probe '%s': expected a path that begins with '/'".formatted(path));
        }
        if (every.compareTo(SHORTEST_PAUSE) < 0 || within.isNegative() || within.isZero() || failures < 1) {
            throw new IllegalArgumentException(
                    "probe '%s': every %s, within %s, failures %d: expected at least 1 s, more than zero, at least 1"
                            .formatted(path, every, within, failures));
        }
    }
}
