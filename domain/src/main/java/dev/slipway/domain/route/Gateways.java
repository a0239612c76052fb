package dev.slipway.domain.route;

import dev.slipway.domain.instance.InstanceId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The control plane's view of the gateways. */
public interface Gateways {

    /** All registered gateways. They stay even if they do not report, because silence is no proof of death. */
    List<Registered> registered();

    /**
     * The gateways that may still send requests to one of these instances, or have some open to them; empty means acknowledged. These are:
     *
     * <ul>
     *   <li>every gateway, while the document names one of the instances;
     *   <li>a gateway that has registered and sent no report yet;
     *   <li>a gateway that has reported the service and has not applied its current document, or has requests open.
     * </ul>
     *
     * A gateway whose first report does not name this service does not hold it: it cannot serve it before it has reported {@link
     * GatewayReport#READING}.
     *
     * @param leaving if it is empty, the question is whether every gateway knows the current document: then those that have not reported the
     *     service count too
     */
    List<Holding> holding(String service, Set<InstanceId> leaving);

    /**
     * As {@link #holding(String, Set)}, of many services at once; one query where they are rows.
     *
     * @param leaving the instances that are to leave, by service
     * @return of each of these services that a gateway holds, who holds it
     */
    default Map<String, List<Holding>> holding(Map<String, Set<InstanceId>> leaving) {
        Map<String, List<Holding>> held = new HashMap<>();
        leaving.forEach((service, instances) -> {
            List<Holding> holding = holding(service, instances);
            if (!holding.isEmpty()) {
                held.put(service, holding);
            }
        });
        return held;
    }

    /** The services that the gateway may serve: each would have to wait for it. */
    List<ServedService> servedBy(String gatewayId);

    /**
     * Takes the gateway off the register by force. In the same transaction {@code released} hears of each service that it may have
     * served. If it lives it registers again by itself.
     */
    void forget(String gatewayId, Consumer<ServedService> released);

    /** Removes the gateway from the register if it is still this very process. A process that has taken over its identity stays. */
    void removeDead(GatewayIdentity dead);

    /**
     * Requests to the service, all gateways together: by minute and set, in this order.
     *
     * @param from inclusive
     * @param to exclusive
     */
    List<MinuteCounts> counts(String service, Instant from, Instant to);

    /** Requests to the service since its creation, including minutes that are no longer kept. */
    RequestTotals totals(String service);

    /** As {@link #totals(String)}, of many services; each of them is in the answer. One query where they are rows. */
    default Map<String, RequestTotals> totals(Collection<String> services) {
        Map<String, RequestTotals> totals = new HashMap<>();
        services.forEach(service -> totals.put(service, totals(service)));
        return totals;
    }

    /**
     * Removes at most {@code limit} counts of minutes before {@code before}, the oldest first; they stay in the totals as long as the
     * service has a route document. To be called again until it removes less than the limit.
     *
     * @param before must be older than the longest time that a gateway may be disconnected, because counts that it reports again after
     *     their removal are added to the totals twice
     * @return how many were removed
     */
    int removeCountsBefore(Instant before, int limit);

    /**
     * Requests to a service over its whole life, as {@link RequestCounts} defines them.
     *
     * @param cut also those that no instance could be reached for
     */
    record RequestTotals(long sent, long answered, long cut, long abandoned) {}

    /** A gateway and the time of its last report. */
    record Registered(GatewayIdentity identity, Instant lastSeen) {}

    /**
     * A service that a gateway may serve.
     *
     * @param behind why it has not applied the current document, in words; null if it has
     * @param open requests in its last report
     */
    record ServedService(String service, @Nullable String behind, int open) {}

    /**
     * A gateway that holds instances.
     *
     * @param reason why, in words
     * @param finishing whether it sends them no new requests and only waits for open ones
     */
    record Holding(String gatewayId, Instant lastSeen, String reason, boolean finishing) {}
}
