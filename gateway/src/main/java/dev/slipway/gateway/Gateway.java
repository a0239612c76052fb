package dev.slipway.gateway;

import dev.slipway.adapters.postgres.route.PostgresGatewayLink;
import dev.slipway.domain.access.TokenSigner;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.gateway.predict.PredictionServer;
import dev.slipway.gateway.route.GatewayFolder;
import dev.slipway.gateway.route.InstanceLeases;
import dev.slipway.gateway.route.RouteCache;
import dev.slipway.gateway.route.RouteFollower;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running gateway: one identity, one address, and the routes of all services. */
public final class Gateway implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration FIRST_READ = Duration.ofSeconds(3);

    private final GatewayFolder folder;
    private final RouteCache routes;
    private final PredictionServer server;
    private final RouteFollower follower;
    private boolean closed;

    private Gateway(GatewayFolder folder, RouteCache routes, PredictionServer server, RouteFollower follower) {
        this.folder = folder;
        this.routes = routes;
        this.server = server;
        this.follower = follower;
    }

    /**
     * Takes an identity, binds its address, registers and reads the routes, then lets clients in. While the database is unavailable it
     * serves the copy of the routes on the disk, unless its identity had deregistered.
     */
    public static Gateway start(GatewayProperties properties) {
        return start(properties, PostgresGatewayLink.open(properties.database()), Clock.systemUTC());
    }

    static Gateway start(GatewayProperties properties, GatewayLink link, Clock clock) {
        GatewayFolder folder = GatewayFolder.take(properties.data());
        RouteCache routes = new RouteCache(clock);
        PredictionServer server = bindOrFree(properties, routes, folder, clock);
        String address =
                "http://%s:%d".formatted(properties.host(), server.address().getPort());
        RouteFollower follower = new RouteFollower(
                link,
                routes,
                folder,
                folder.identity(address, clock.instant()),
                new InstanceLeases(properties.data(), clock));
        follower.start(FIRST_READ);
        server.accept();
        LOG.info("gateway serves id={} address={} routesRead={}", folder.id(), address, routes.isComplete());
        return new Gateway(folder, routes, server, follower);
    }

    private static PredictionServer bindOrFree(
            GatewayProperties properties, RouteCache routes, GatewayFolder folder, Clock clock) {
        boolean bound = false;
        try {
            PredictionServer server = PredictionServer.bind(
                    properties.host(),
                    properties.port(),
                    routes,
                    new TokenSigner(properties.tokenKey(), clock),
                    properties.limits(),
                    properties.threads());
            bound = true;
            return server;
        } finally {
            if (!bound) {
                folder.close();
            }
        }
    }

    /** Where clients reach it. */
    public InetSocketAddress address() {
        return server.address();
    }

    /** The id of its identity in the register of gateways. */
    public String id() {
        return folder.id();
    }

    /** Whether a request is open to any instance. */
    public boolean isBusy() {
        return routes.isBusy();
    }

    /** Takes no new requests, finishes the open ones, and deregisters. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.drain();
        follower.close(true);
        server.close();
        folder.close();
        LOG.info("gateway has ended id={}", folder.id());
    }

    /** Ends like a crash: open requests are cut, and it stays registered. For tests. */
    synchronized void kill() {
        if (closed) {
            return;
        }
        closed = true;
        server.close();
        follower.close(false);
        folder.close();
    }
}
