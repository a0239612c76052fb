package dev.slipway.gateway.predict;

import dev.slipway.gateway.instance.UpstreamConnections;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One event loop of the server: its clients and its connections to instances. No other event loop uses them. */
final class PredictionLoop {

    private static final Duration LONGEST_TICK = Duration.ofMillis(250);
    private static final int TICKS_PER_LIMIT = 8;

    private final EventLoop loop;
    private final RequestValidator validator;
    private final OwnPaths ownPaths;
    private final Limits limits;
    private final UpstreamConnections connections;
    private final Set<ClientConnection> clients = new HashSet<>();
    private boolean draining;

    PredictionLoop(EventLoop loop, RequestValidator validator, OwnPaths ownPaths, Limits limits) {
        this.loop = loop;
        this.validator = validator;
        this.ownPaths = ownPaths;
        this.limits = limits;
        this.connections = new UpstreamConnections(loop, limits.connect(), limits.pooled());
        long every = tick(limits).toMillis();
        var unused = loop.scheduleAtFixedRate(this::tick, every, every, TimeUnit.MILLISECONDS);
    }

    private static Duration tick(Limits limits) {
        Limits.ClientTimeouts client = limits.client();
        return Stream.of(
                        limits.answer(),
                        limits.stall(),
                        client.idle(),
                        client.head(),
                        client.silence(),
                        client.upload())
                .map(limit -> limit.dividedBy(TICKS_PER_LIMIT))
                .filter(tick -> tick.compareTo(LONGEST_TICK) < 0)
                .min(Duration::compareTo)
                .orElse(LONGEST_TICK);
    }

    RequestValidator validator() {
        return validator;
    }

    OwnPaths ownPaths() {
        return ownPaths;
    }

    Limits limits() {
        return limits;
    }

    UpstreamConnections connections() {
        return connections;
    }

    void add(ClientConnection client) {
        clients.add(client);
        if (draining) {
            client.drain();
        }
    }

    void remove(ClientConnection client) {
        clients.remove(client);
    }

    private void tick() {
        long now = System.nanoTime();
        List.copyOf(clients).forEach(client -> client.tick(now));
        connections.sweep();
    }

    /** All clients finish the open request and send no more. From any thread. */
    void drain() {
        loop.execute(() -> {
            draining = true;
            clients.forEach(ClientConnection::drain);
        });
    }

    /** Ends everything that is open. From any thread. */
    void closeAll() {
        loop.execute(() -> List.copyOf(clients).forEach(ClientConnection::close));
    }
}
