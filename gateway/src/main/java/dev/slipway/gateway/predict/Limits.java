package dev.slipway.gateway.predict;

import java.time.Duration;

/**
 * The limits of a request.
 *
 * @param bodyBytes of a request, inclusive
 * @param gatheredBytes how much of a body is read before an instance is chosen; the whole body if equal to {@code bodyBytes}
 * @param answer from the whole request to the head of its answer
 * @param stall the longest silence within an answer
 * @param connect to open a connection to an instance
 * @param pooled how long a connection to an instance is kept without a request
 * @param drain how long open requests may take when the gateway ends
 */
public record Limits(
        long bodyBytes,
        long gatheredBytes,
        Duration answer,
        Duration stall,
        Duration connect,
        Duration pooled,
        ClientTimeouts client,
        Duration drain) {

    public Limits {
        if (gatheredBytes < 1 || gatheredBytes > bodyBytes) {
            throw new IllegalArgumentException(
                    "gathered bytes: expected 1 to %d, found %d".formatted(bodyBytes, gatheredBytes));
        }
    }

    /**
     * How long a client may take.
     *
     * @param idle between two requests
     * @param head to send the head of a request, from its first byte
     * @param silence the longest silence within a body
     * @param upload to send the whole body
     */
    public record ClientTimeouts(Duration idle, Duration head, Duration silence, Duration upload) {}

    /** The documented limits: 12 MB of body and 40 s to the answer. */
    public static Limits defaults() {
        return new Limits(
                12L * 1_048_576,
                64L * 1024,
                Duration.ofSeconds(40),
                Duration.ofSeconds(120),
                Duration.ofSeconds(2),
                Duration.ofSeconds(4),
                new ClientTimeouts(
                        Duration.ofSeconds(200),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(300)),
                Duration.ofSeconds(60));
    }

    public Limits withGatheredBytes(long bytes) {
        return new Limits(bodyBytes, bytes, answer, stall, connect, pooled, client, drain);
    }

    public Limits withAnswer(Duration limit) {
        return new Limits(bodyBytes, gatheredBytes, limit, stall, connect, pooled, client, drain);
    }

    public Limits withStall(Duration limit) {
        return new Limits(bodyBytes, gatheredBytes, answer, limit, connect, pooled, client, drain);
    }

    public Limits withClient(ClientTimeouts limits) {
        return new Limits(bodyBytes, gatheredBytes, answer, stall, connect, pooled, limits, drain);
    }

    public Limits withDrain(Duration limit) {
        return new Limits(bodyBytes, gatheredBytes, answer, stall, connect, pooled, client, limit);
    }
}
