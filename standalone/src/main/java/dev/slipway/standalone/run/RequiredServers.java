package dev.slipway.standalone.run;

import dev.slipway.standalone.installation.Installation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The servers that a runnable needs, wherever they run. */
public final class RequiredServers {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration CHECKED_EACH = Duration.ofMillis(100);

    private static final String DATABASE = "database";
    private static final String TEMPORAL = "Temporal";
    private static final String OBJECTS = "object storage";

    private final Map<String, InetSocketAddress> servers = new LinkedHashMap<>();

    public RequiredServers(Installation installation) {
        servers.put(DATABASE, hostAndPort(installation.databaseUrl().replaceFirst("^jdbc:", ""), 5432));
        servers.put(TEMPORAL, hostAndPort("tcp://" + installation.temporal().address(), 7233));
        servers.put(OBJECTS, hostAndPort(installation.objectsEndpoint(), 443));
    }

    /**
     * Returns when each of them takes connections.
     *
     * @param progress gets a line for a server that is not there yet
     * @throws StartFailure after a minute
     */
    void await(Consumer<String> progress) {
        servers.forEach((name, address) -> {
            long end = System.nanoTime() + LIMIT.toNanos();
            boolean told = false;
            while (!answers(address)) {
                if (!told) {
                    progress.accept("waiting for the %s at %s".formatted(name, text(address)));
                    told = true;
                }
                if (System.nanoTime() > end) {
                    throw new StartFailure(
                            "the %s does not answer at %s after %d s; start it (embedded: ./slipway run parts), or correct its address in slipway.yml"
                                    .formatted(name, text(address), LIMIT.toSeconds()));
                }
                pause();
            }
        });
    }

    private static String text(InetSocketAddress address) {
        return address.getHostString() + ":" + address.getPort();
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(CHECKED_EACH.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a server", e);
        }
    }

    private static boolean answers(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static InetSocketAddress hostAndPort(String uri, int defaultPort) {
        URI parsed = URI.create(uri);
        int port = parsed.getPort() > 0 ? parsed.getPort() : "http".equals(parsed.getScheme()) ? 80 : defaultPort;
        if (parsed.getHost() == null) {
            throw new IllegalArgumentException("'%s': expected host:port".formatted(uri));
        }
        return InetSocketAddress.createUnresolved(parsed.getHost(), port);
    }
}
