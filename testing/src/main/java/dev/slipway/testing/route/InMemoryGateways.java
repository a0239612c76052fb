package dev.slipway.testing.route;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteDocument;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The register of gateways, the documents they read and what they tell, in memory. {@link #link} gives a gateway's end of it, which
 * can be cut off. Safe for use by many threads.
 */
public final class InMemoryGateways implements Gateways {

    private static final String OPEN = "has requests open";

    private final Clock clock;
    private final Map<String, RouteDocument> documents = new HashMap<>();
    private final Map<String, Registered> registered = new TreeMap<>();
    private final Map<String, Map<String, GatewayReport>> reports = new HashMap<>();
    private final Map<String, Map<String, GatewayReport.VersionCount>> counts = new HashMap<>();
    private long changes;

    public InMemoryGateways(Clock clock) {
        this.clock = clock;
    }

    /** A link of a gateway to this register. */
    public FakeGatewayLink link() {
        return new FakeGatewayLink(this);
    }

    /** Puts the document in place of the one before and wakes the gateways. */
    public synchronized void publish(RouteDocument document) {
        documents.put(document.service(), document);
        changed();
    }

    /** The service is deleted. */
    public synchronized void erase(String service) {
        documents.remove(service);
        changed();
    }

    private void changed() {
        changes++;
        notifyAll();
    }

    @Override
    public synchronized List<Registered> registered() {
        return List.copyOf(registered.values());
    }

    @Override
    public synchronized List<Holding> holding(String service, Set<InstanceId> leaving) {
        List<Holding> holding = new ArrayList<>();
        registered.forEach((id, gateway) -> {
            String reason = reason(id, service, leaving);
            if (reason != null) {
                holding.add(new Holding(id, gateway.lastSeen(), reason, reason.equals(OPEN)));
            }
        });
        return holding;
    }

    private @Nullable String reason(String gateway, String service, Set<InstanceId> leaving) {
        RouteDocument document = documents.get(service);
        GatewayReport report = reports.getOrDefault(gateway, Map.of()).get(service);
        if (document != null && names(document, leaving)) {
            return "the document names a leaving instance";
        }
        if (document != null && (report == null || report.revision() != document.revision())) {
            return "has not applied revision " + document.revision();
        }
        if (report == null) {
            return null;
        }
        if (document == null && report.revision() != GatewayReport.NONE) {
            return "may still serve the service";
        }
        boolean busy = leaving.stream().anyMatch(instance -> report.inFlight().getOrDefault(instance, 0) > 0);
        return busy ? OPEN : null;
    }

    private static boolean names(RouteDocument document, Set<InstanceId> leaving) {
        return document.versions().stream()
                .flatMap(version -> version.endpoints().stream())
                .anyMatch(endpoint -> leaving.contains(endpoint.instance()));
    }

    @Override
    public synchronized List<ServedService> servedBy(String gatewayId) {
        Set<String> services = new TreeSet<>(documents.keySet());
        Map<String, GatewayReport> told = reports.getOrDefault(gatewayId, Map.of());
        services.addAll(told.keySet());
        List<ServedService> served = new ArrayList<>();
        for (String service : registered.containsKey(gatewayId) ? services : Set.<String>of()) {
            RouteDocument document = documents.get(service);
            GatewayReport report = told.get(service);
            int open = report == null
                    ? 0
                    : report.inFlight().values().stream()
                            .mapToInt(Integer::intValue)
                            .sum();
            String behind = reason(gatewayId, service, Set.of());
            if ((document != null && document.open()) || behind != null || open > 0) {
                served.add(new ServedService(service, behind, open));
            }
        }
        return served;
    }

    @Override
    public synchronized void forget(String gatewayId, Consumer<ServedService> released) {
        List<ServedService> served = servedBy(gatewayId);
        forget(gatewayId);
        served.forEach(released);
    }

    private synchronized void forget(String gatewayId) {
        registered.remove(gatewayId);
        reports.remove(gatewayId);
    }

    @Override
    public synchronized void removeDead(GatewayIdentity dead) {
        Registered row = registered.get(dead.id());
        if (row != null && row.identity().equals(dead)) {
            forget(dead.id());
        }
    }

    @Override
    public synchronized List<GatewayReport.VersionCount> counts(String service) {
        return List.copyOf(counts.getOrDefault(service, Map.of()).values());
    }

    private synchronized void register(GatewayIdentity identity) {
        registered.put(identity.id(), new Registered(identity, clock.instant()));
    }

    private synchronized boolean isRegistered(String gateway) {
        return registered.containsKey(gateway);
    }

    private synchronized Map<String, Long> revisions() {
        Map<String, Long> revisions = new HashMap<>();
        documents.values().forEach(document -> revisions.put(document.service(), document.revision()));
        return revisions;
    }

    private synchronized List<RouteDocument> documents(List<String> services) {
        return documents.values().stream()
                .filter(document -> services.contains(document.service()))
                .toList();
    }

    private synchronized void report(String gateway, List<GatewayReport> told, boolean whole) {
        Registered row = registered.get(gateway);
        if (row == null) {
            return;
        }
        Instant now = clock.instant();
        registered.put(gateway, new Registered(row.identity(), now));
        Map<String, GatewayReport> rows = reports.computeIfAbsent(gateway, id -> new HashMap<>());
        if (whole) {
            rows.clear();
        }
        for (GatewayReport report : told) {
            if (report.revision() == GatewayReport.NONE && report.inFlight().isEmpty()) {
                rows.remove(report.service());
            } else {
                rows.put(report.service(), report);
            }
            report.counts().forEach(count -> add(report.service(), count));
        }
    }

    private void add(String service, GatewayReport.VersionCount count) {
        counts.computeIfAbsent(service, id -> new TreeMap<>())
                .merge(
                        count.label(),
                        count,
                        (a, b) -> new GatewayReport.VersionCount(
                                a.label(), a.sent() + b.sent(), a.answered() + b.answered(), a.failed() + b.failed()));
    }

    private synchronized long awaitChange(long seen, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        long left = atMost.toMillis();
        while (changes == seen && left > 0) {
            wait(left);
            left = (deadline - System.nanoTime()) / 1_000_000;
        }
        return changes;
    }

    /** A gateway's end of the register, which can be cut off. */
    public static final class FakeGatewayLink implements GatewayLink {

        private final InMemoryGateways register;
        private volatile boolean away;
        private volatile boolean closed;
        private boolean nextReportIsWhole;
        private long seen;

        private FakeGatewayLink(InMemoryGateways register) {
            this.register = register;
        }

        /** From now on every call fails, or none. */
        public void away(boolean on) {
            away = on;
        }

        public boolean isClosed() {
            return closed;
        }

        private void failIfAway() {
            if (away || closed) {
                throw new Unavailable(ErrorCode.UNAVAILABLE, "the database of routes does not answer now: cut off");
            }
        }

        @Override
        public void register(GatewayIdentity identity) {
            failIfAway();
            register.register(identity);
            nextReportIsWhole = true;
        }

        @Override
        public void goodbye(String gatewayId) {
            failIfAway();
            register.forget(gatewayId);
        }

        @Override
        public boolean isRegistered(String gatewayId) {
            failIfAway();
            return register.isRegistered(gatewayId);
        }

        @Override
        public Map<String, Long> revisions() {
            failIfAway();
            return register.revisions();
        }

        @Override
        public List<RouteDocument> documents(List<String> services) {
            failIfAway();
            return register.documents(services);
        }

        @Override
        public void report(String gatewayId, List<GatewayReport> reports) {
            failIfAway();
            register.report(gatewayId, reports, nextReportIsWhole);
            nextReportIsWhole = false;
        }

        @Override
        public void awaitChange(Duration atMost) throws InterruptedException {
            failIfAway();
            seen = register.awaitChange(seen, atMost);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
