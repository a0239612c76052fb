package dev.slipway.domain.route;

import dev.slipway.domain.instance.InstanceId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The control plane's view of the gateways. */
public interface Gateways {

    /** All that are registered. An expired lease is no proof of death: they stay. */
    List<Registered> registered();

    /**
     * Those gateways that have not applied the current document of the service, or have requests in flight to one of these instances;
     * all that are registered while the document still names one of them. Without a document: those that have told of the service and
     * not yet that they serve it no more. Empty means acknowledged.
     */
    List<Holding> holding(String service, Set<InstanceId> leaving);

    /** The services that the gateway may serve: each would have to wait for it. */
    List<ServedService> servedBy(String gatewayId);

    /**
     * Takes the gateway off the register by force. In the same transaction {@code released} hears of each service that it may have
     * served. If it lives it registers again by itself.
     */
    void forget(String gatewayId, Consumer<ServedService> released);

    /** Takes the gateway off the register if it still is this very process: one that has taken over its identity stays. */
    void removeDead(GatewayIdentity dead);

    /** Requests to each version of the service since it began, all gateways together. */
    List<GatewayReport.VersionCount> counts(String service);

    /** A gateway and when it was last heard of. */
    record Registered(GatewayIdentity identity, Instant lastSeen) {}

    /**
     * A service that a gateway may serve.
     *
     * @param behind why it has not applied the current document, in words; null if it has
     * @param open requests that it told of last
     */
    record ServedService(String service, @Nullable String behind, int open) {}

    /**
     * A gateway that holds instances.
     *
     * @param reason why, in words
     * @param finishing whether it sends them nothing any more, and only requests that it sent before are open
     */
    record Holding(String gatewayId, Instant lastSeen, String reason, boolean finishing) {}
}
