package dev.slipway.domain.instance;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the process of an instance is started and checked, if it is not the server of the model's engine. That server has its own command,
 * chooses its port, and announces when it is ready.
 *
 * @param command program and arguments; empty for that of the engine or the image
 * @param ports port numbers by name, which is {@link #HTTP} or {@link #HTTPS} for a server that speaks so; empty if it chooses a port and
 *     announces it
 * @param startup whether it has started, before which no other probe runs; null if it has from the beginning
 * @param readiness whether requests may be sent; null for its own announcement
 * @param liveness whether it has to be replaced; null for the cluster's own check
 */
public record ServerProcess(
        List<String> command,
        Map<String, Integer> ports,
        @Nullable Probe startup,
        @Nullable Probe readiness,
        @Nullable Probe liveness) {

    /** The server of the model's engine. */
    public static final ServerProcess OF_ENGINE = new ServerProcess(List.of(), Map.of(), null, null, null);

    /** The name of a port where HTTP is spoken. */
    public static final String HTTP = "http";

    /** The name of a port where HTTP is spoken over TLS. */
    public static final String HTTPS = "https";

    private static final int HIGHEST_PORT = 65_535;

    public ServerProcess {
        command = List.copyOf(Objects.requireNonNullElse(command, List.of()));
        ports = Map.copyOf(Objects.requireNonNullElse(ports, Map.of()));
        ports.forEach((name, port) -> {
            if (port < 1 || port > HIGHEST_PORT) {
                throw new IllegalArgumentException("port '%s': %d, expected 1 to 65535".formatted(name, port));
            }
        });
    }

    /** Whether it is the server of the model's engine, which is our own. */
    public boolean isOfEngine() {
        return command.isEmpty() && ports.isEmpty();
    }

    /** Without a probe of its start. */
    public ServerProcess(
            List<String> command, Map<String, Integer> ports, @Nullable Probe readiness, @Nullable Probe liveness) {
        this(command, ports, null, readiness, liveness);
    }
}
