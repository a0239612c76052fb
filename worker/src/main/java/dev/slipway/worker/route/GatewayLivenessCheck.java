package dev.slipway.worker.route;

import dev.slipway.adapters.postgres.route.IdentityFolders;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.Gateways.Registered;
import dev.slipway.worker.periodic.PeriodicTask;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes gateways from the register that this machine can prove to be dead: their process ran here and has ended, and no restarted gateway
 * has taken their identity since, which it also does while the database is unavailable. Each worker does this for its own machine. Silence
 * alone is no proof.
 */
public final class GatewayLivenessCheck implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayLivenessCheck.class);
    private static final Duration PACE = Duration.ofSeconds(5);

    private final Gateways gateways;
    private final IdentityFolders identities;
    private final PeriodicTask task;

    /** @param identities of the gateways of this machine */
    public GatewayLivenessCheck(Gateways gateways, IdentityFolders identities) {
        this.gateways = gateways;
        this.identities = identities;
        this.task = new PeriodicTask("gateway-liveness-check", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        for (Registered registered : gateways.registered()) {
            GatewayIdentity gateway = registered.identity();
            if (identities.runIfEnded(gateway, () -> gateways.removeDead(gateway))) {
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
        task.close();
    }
}
