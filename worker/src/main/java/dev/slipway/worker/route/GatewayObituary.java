package dev.slipway.worker.route;

import dev.slipway.adapters.postgres.route.ProcessTable;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.Gateways.Registered;
import dev.slipway.worker.round.Rounds;
import java.time.Duration;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes gateways off the register of which this machine can prove that they are dead: they ran here, and before the last boot or under
 * a process that is no more. Each worker does it for its own machine; silence alone is no proof.
 */
public final class GatewayObituary implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayObituary.class);
    private static final Duration PACE = Duration.ofSeconds(5);

    private final Gateways gateways;
    private final Predicate<GatewayIdentity> dead;
    private final Rounds rounds;

    /** Proves by the processes of this machine. */
    public GatewayObituary(Gateways gateways) {
        this(
                gateways,
                gateway -> ProcessTable.hasEnded(
                        gateway.hostId(), gateway.bootId(), gateway.pid(), gateway.processStart()));
    }

    /** @param dead whether the process has certainly ended */
    GatewayObituary(Gateways gateways, Predicate<GatewayIdentity> dead) {
        this.gateways = gateways;
        this.dead = dead;
        this.rounds = new Rounds("gateway-obituary", PACE, this::round);
    }

    public void start() {
        rounds.start();
    }

    void round() {
        for (Registered registered : gateways.registered()) {
            GatewayIdentity gateway = registered.identity();
            if (dead.test(gateway)) {
                gateways.bury(gateway);
                LOG.info(
                        "gateway is dead id={} pid={} last_seen={}",
                        gateway.id(),
                        gateway.pid(),
                        registered.lastSeen());
            }
        }
    }

    @Override
    public void close() {
        rounds.close();
    }
}
