package dev.slipway.testing.route;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteDocument;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gateways in memory. One that is reached applies each document at once; one that is cut off goes on serving by its last one. Requests
 * are opened and ended by the test.
 */
public final class FakeGateways implements Gateways {

    private final Function<String, Optional<RouteDocument>> documents;
    private final Map<String, Gateway> gateways = new TreeMap<>();

    /** @param documents the current document of a service */
    public FakeGateways(Function<String, Optional<RouteDocument>> documents) {
        this.documents = documents;
    }

    /** A gateway registers. */
    public synchronized void register(String id, Instant at) {
        gateways.put(id, new Gateway(id, at));
    }

    /** The gateway loses the database and goes on serving. */
    public synchronized void cutOff(String id) {
        gateway(id).reached = false;
    }

    /** The gateway finds the database again. */
    public synchronized void reconnect(String id) {
        gateway(id).reached = true;
    }

    /** A request to the instance begins. */
    public synchronized void begin(String id, InstanceId instance) {
        gateway(id).inFlight.merge(instance, 1, Integer::sum);
    }

    /** All requests to the instance have ended. */
    public synchronized void end(String id, InstanceId instance) {
        gateway(id).inFlight.remove(instance);
    }

    /** Instances that any gateway, cut off or not, may send requests to now. */
    public synchronized Set<InstanceId> mayServe(String service) {
        Set<InstanceId> all = new HashSet<>();
        for (Gateway gateway : gateways.values()) {
            gateway.read(service, documents);
            all.addAll(gateway.mayServe(service));
        }
        return all;
    }

    @Override
    public synchronized List<Registered> registered() {
        return gateways.values().stream()
                .map(gateway -> new Registered(gateway.identity(), gateway.lastSeen))
                .toList();
    }

    @Override
    public synchronized List<Holding> holding(String service, Set<InstanceId> leaving) {
        return gateways.values().stream()
                .flatMap(gateway -> {
                    gateway.read(service, documents);
                    String reason = gateway.reason(service, leaving, documents);
                    return Optional.ofNullable(reason)
                            .map(text -> new Holding(gateway.id, gateway.lastSeen, text))
                            .stream();
                })
                .toList();
    }

    @Override
    public synchronized void forget(String gatewayId) {
        gateways.remove(gatewayId);
    }

    @Override
    public void bury(GatewayIdentity dead) {
        forget(dead.id());
    }

    @Override
    public List<GatewayReport.VersionCount> counts(String service) {
        return List.of();
    }

    private Gateway gateway(String id) {
        Gateway gateway = gateways.get(id);
        if (gateway == null) {
            throw new IllegalArgumentException("gateway '%s' is not registered".formatted(id));
        }
        return gateway;
    }

    private static final class Gateway {

        private final String id;
        private final Instant lastSeen;
        private final Map<String, RouteDocument> applied = new HashMap<>();
        private final Map<InstanceId, Integer> inFlight = new HashMap<>();
        private boolean reached = true;

        Gateway(String id, Instant lastSeen) {
            this.id = id;
            this.lastSeen = lastSeen;
        }

        GatewayIdentity identity() {
            return new GatewayIdentity(id, "host", "boot", 1, "0", "127.0.0.1:1", lastSeen);
        }

        void read(String service, Function<String, Optional<RouteDocument>> documents) {
            if (reached) {
                documents
                        .apply(service)
                        .ifPresentOrElse(document -> applied.put(service, document), () -> applied.remove(service));
            }
        }

        Set<InstanceId> mayServe(String service) {
            Set<InstanceId> all = new HashSet<>(inFlight.keySet());
            RouteDocument document = applied.get(service);
            if (document != null) {
                document.versions()
                        .forEach(version -> version.endpoints().forEach(endpoint -> all.add(endpoint.instance())));
            }
            return all;
        }

        @Nullable
        String reason(String service, Set<InstanceId> leaving, Function<String, Optional<RouteDocument>> documents) {
            long current = documents.apply(service).map(RouteDocument::revision).orElse(0L);
            RouteDocument document = applied.get(service);
            long has = document == null ? 0 : document.revision();
            if (has != current) {
                return "has not applied revision %d of the routes, it has %d".formatted(current, has);
            }
            Set<InstanceId> served = mayServe(service);
            return leaving.stream()
                    .filter(served::contains)
                    .findFirst()
                    .map(instance -> "may serve " + instance)
                    .orElse(null);
        }
    }
}
