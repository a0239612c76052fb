package dev.slipway.worker.rollout;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.testing.route.InMemoryGateways;
import dev.slipway.testing.route.InMemoryGateways.FakeGatewayLink;
import dev.slipway.testing.route.Routes;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The register in memory, and gateways without sockets on its links. One that reaches the register reads and tells each time somebody
 * looks; one that is cut off goes on serving by its last document. Requests are opened and ended by the test.
 */
final class FollowingGateways implements Gateways {

    private final Function<String, Optional<RouteDocument>> documents;
    private final SetClock clock = new SetClock();
    private final InMemoryGateways register = new InMemoryGateways(clock);
    private final Map<String, Follower> followers = new TreeMap<>();

    /** @param documents the current document of a service */
    FollowingGateways(Function<String, Optional<RouteDocument>> documents) {
        this.documents = documents;
    }

    /** A gateway registers; whatever it tells, it is heard of {@code at} that moment. */
    synchronized void register(String id, Instant at) {
        clock.now = at;
        FakeGatewayLink link = register.link();
        link.register(Routes.gateway(id));
        followers.put(id, new Follower(id, at, link));
    }

    /** The gateway loses the database and goes on serving. */
    synchronized void cutOff(String id) {
        follower(id).reached = false;
    }

    /** The gateway finds the database again. */
    synchronized void reconnect(String id) {
        follower(id).reached = true;
    }

    /** A request to the instance begins. */
    synchronized void begin(String id, InstanceId instance) {
        follower(id).open.merge(instance, 1, Integer::sum);
    }

    /** All requests to the instance have ended. */
    synchronized void end(String id, InstanceId instance) {
        follower(id).open.remove(instance);
    }

    /** Instances that any gateway, cut off or not, may send requests to now. */
    synchronized Set<InstanceId> mayServe(String service) {
        follow(service);
        Set<InstanceId> all = new HashSet<>();
        followers.values().forEach(follower -> all.addAll(follower.mayServe(service)));
        return all;
    }

    private Follower follower(String id) {
        Follower follower = followers.get(id);
        if (follower == null) {
            throw new IllegalArgumentException("gateway '%s' is not registered".formatted(id));
        }
        return follower;
    }

    private void follow(String service) {
        documents.apply(service).ifPresentOrElse(register::publish, () -> register.erase(service));
        for (Follower follower : followers.values()) {
            if (follower.reached) {
                clock.now = follower.heardAt;
                follower.step(service);
            }
        }
    }

    @Override
    public synchronized List<Registered> registered() {
        return register.registered();
    }

    @Override
    public synchronized List<Holding> holding(String service, Set<InstanceId> leaving) {
        follow(service);
        return register.holding(service, leaving);
    }

    @Override
    public synchronized List<ServedService> servedBy(String gatewayId) {
        return register.servedBy(gatewayId);
    }

    @Override
    public synchronized void forget(String gatewayId, Consumer<ServedService> released) {
        register.forget(gatewayId, released);
    }

    @Override
    public synchronized void removeDead(GatewayIdentity dead) {
        register.removeDead(dead);
    }

    @Override
    public synchronized List<MinuteCounts> counts(String service, Instant from, Instant to) {
        return register.counts(service, from, to);
    }

    @Override
    public synchronized RequestTotals totals(String service) {
        return register.totals(service);
    }

    @Override
    public synchronized int removeCountsBefore(Instant before, int limit) {
        return register.removeCountsBefore(before, limit);
    }

    /** A gateway: what it has applied and what it has open. */
    private static final class Follower {

        private final String id;
        private final Instant heardAt;
        private final FakeGatewayLink link;
        private final Map<String, RouteDocument> applied = new HashMap<>();
        private final Map<InstanceId, Integer> open = new HashMap<>();
        private boolean reached = true;

        Follower(String id, Instant heardAt, FakeGatewayLink link) {
            this.id = id;
            this.heardAt = heardAt;
            this.link = link;
        }

        void step(String service) {
            link.documents(List.of(service)).stream()
                    .findFirst()
                    .ifPresentOrElse(document -> applied.put(service, document), () -> applied.remove(service));
            RouteDocument document = applied.get(service);
            long revision = document == null ? GatewayReport.NONE : document.revision();
            link.report(Routes.gateway(id), List.of(new GatewayReport(service, revision, open, List.of())));
        }

        Set<InstanceId> mayServe(String service) {
            Set<InstanceId> all = new HashSet<>(open.keySet());
            RouteDocument document = applied.get(service);
            if (document != null) {
                document.versions()
                        .forEach(version -> version.endpoints().forEach(endpoint -> all.add(endpoint.instance())));
            }
            return all;
        }
    }

    /** Shows the time that it was set to. */
    private static final class SetClock extends Clock {

        private Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
