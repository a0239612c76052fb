package dev.slipway.testing.route;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.GatewayLink.Registration;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RequestCounts;
import dev.slipway.domain.route.RouteDocument;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The register of gateways, their documents and reports, in memory. {@link #link} returns the link of a gateway, which can be disconnected.
 * Safe for use by many threads.
 */
public final class InMemoryGateways implements Gateways {

    private static final String OPEN = "has requests open";
    private static final RequestTotals NOTHING = new RequestTotals(0, 0, 0, 0);

    private final Clock clock;
    private final Map<String, RouteDocument> documents = new HashMap<>();
    private final Map<String, Registered> registered = new TreeMap<>();
    private final Set<String> haveTold = new HashSet<>();
    private final Map<String, Map<String, GatewayReport>> reports = new HashMap<>();
    private final Map<String, Map<CountKey, MinuteCounts>> counts = new HashMap<>();
    private final Map<String, RequestTotals> removed = new HashMap<>();
    private long changes;

    /** The counts of one process of a gateway for one set and minute. */
    private record CountKey(Instant minute, String set, String gateway, Instant process)
            implements Comparable<CountKey> {

        private static final Comparator<CountKey> ORDER = Comparator.comparing(CountKey::minute)
                .thenComparing(CountKey::set)
                .thenComparing(CountKey::gateway)
                .thenComparing(CountKey::process);

        @Override
        public int compareTo(CountKey other) {
            return ORDER.compare(this, other);
        }
    }

    public InMemoryGateways(Clock clock) {
        this.clock = clock;
    }

    /** A link of a gateway to this register. */
    public FakeGatewayLink link() {
        return new FakeGatewayLink(this);
    }

    /** Replaces the document and wakes the gateways. */
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
        if (!haveTold.contains(gateway)) {
            return "has not told yet what it serves";
        }
        if (report == null && !leaving.isEmpty()) {
            return null;
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
            boolean unaware = report == null && haveTold.contains(gatewayId);
            if (!unaware && ((document != null && document.open()) || behind != null || open > 0)) {
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
        haveTold.remove(gatewayId);
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
    public synchronized List<MinuteCounts> counts(String service, Instant from, Instant to) {
        List<MinuteCounts> sums = new ArrayList<>();
        for (MinuteCounts each : countsOf(service).values()) {
            MinuteCounts last = sums.isEmpty() ? null : sums.getLast();
            if (each.minute().isBefore(from) || !each.minute().isBefore(to)) {
                continue;
            }
            if (last != null && last.set().equals(each.set()) && last.minute().equals(each.minute())) {
                sums.set(sums.size() - 1, last.plus(each));
            } else {
                sums.add(each);
            }
        }
        return sums;
    }

    private Map<CountKey, MinuteCounts> countsOf(String service) {
        return counts.computeIfAbsent(service, id -> new TreeMap<>());
    }

    @Override
    public synchronized RequestTotals totals(String service) {
        RequestTotals totals = removed.getOrDefault(service, NOTHING);
        for (MinuteCounts each : countsOf(service).values()) {
            totals = plus(totals, each.counts());
        }
        return totals;
    }

    private static RequestTotals plus(RequestTotals totals, RequestCounts more) {
        return new RequestTotals(
                totals.sent() + more.sent(),
                totals.answered() + more.answered(),
                totals.cut() + more.cut(),
                totals.abandoned() + more.abandoned());
    }

    @Override
    public synchronized int removeCountsBefore(Instant before, int limit) {
        record Old(String service, CountKey key) {}
        List<Old> old = counts.entrySet().stream()
                .flatMap(entry -> entry.getValue().keySet().stream().map(key -> new Old(entry.getKey(), key)))
                .filter(each -> each.key().minute().isBefore(before))
                .sorted(Comparator.comparing(Old::key))
                .limit(limit)
                .toList();
        for (Old each : old) {
            MinuteCounts gone = Objects.requireNonNull(countsOf(each.service()).remove(each.key()), "counts");
            removed.merge(
                    each.service(),
                    plus(NOTHING, gone.counts()),
                    (all, more) -> new RequestTotals(
                            all.sent() + more.sent(),
                            all.answered() + more.answered(),
                            all.cut() + more.cut(),
                            all.abandoned() + more.abandoned()));
        }
        removed.keySet().retainAll(documents.keySet());
        return old.size();
    }

    private synchronized void register(GatewayIdentity identity) {
        registered.put(identity.id(), new Registered(identity, clock.instant()));
        haveTold.remove(identity.id());
    }

    private synchronized void deregister(GatewayIdentity identity) {
        if (registration(identity) == Registration.OWN) {
            forget(identity.id());
        }
    }

    private synchronized Registration registration(GatewayIdentity identity) {
        Registered row = registered.get(identity.id());
        if (row == null) {
            return Registration.NONE;
        }
        boolean own = row.identity().registeredAt().equals(identity.registeredAt());
        return own ? Registration.OWN : Registration.OF_ANOTHER_PROCESS;
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

    private synchronized boolean report(GatewayIdentity reporter, List<GatewayReport> told, boolean whole) {
        String gateway = reporter.id();
        Registered row = registered.get(gateway);
        if (row == null || !row.identity().registeredAt().equals(reporter.registeredAt())) {
            return false;
        }
        Instant now = clock.instant();
        registered.put(gateway, new Registered(row.identity(), now));
        Map<String, GatewayReport> rows = reports.computeIfAbsent(gateway, id -> new HashMap<>());
        if (whole) {
            rows.clear();
            haveTold.add(gateway);
        }
        for (GatewayReport report : told) {
            if (report.revision() == GatewayReport.NONE && report.inFlight().isEmpty()) {
                rows.remove(report.service());
            } else {
                rows.put(report.service(), report);
            }
            report.counts().forEach(count -> put(reporter, report.service(), count));
        }
        return true;
    }

    private void put(GatewayIdentity reporter, String service, MinuteCounts told) {
        CountKey key = new CountKey(told.minute(), told.set().toString(), reporter.id(), reporter.registeredAt());
        // Counts only grow, so a late report reduces nothing.
        countsOf(service).merge(key, told, (known, next) -> size(next) < size(known) ? known : next);
    }

    private static long size(MinuteCounts counts) {
        return counts.counts().sent()
                + counts.counts().answered()
                + counts.counts().cut()
                + counts.counts().abandoned();
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

    /** The link of a gateway, which can be disconnected. */
    public static final class FakeGatewayLink implements GatewayLink {

        private final InMemoryGateways register;
        private volatile boolean away;
        private volatile boolean losesAnswers;
        private volatile boolean closed;
        private volatile CountDownLatch stuck = new CountDownLatch(0);
        private boolean nextReportIsWhole;
        private long seen;

        private FakeGatewayLink(InMemoryGateways register) {
            this.register = register;
        }

        /** From now on every call fails, or none. */
        public void away(boolean on) {
            away = on;
        }

        /** Whether reports are written but answered as if the database did not answer. */
        public void loseAnswers(boolean on) {
            losesAnswers = on;
        }

        public boolean isClosed() {
            return closed;
        }

        /** The next call waits until {@link #interrupt} or {@link #close}, and fails. */
        public void hang() {
            stuck = new CountDownLatch(1);
        }

        @Override
        public void interrupt() {
            stuck.countDown();
        }

        private void awaitInterruption() {
            try {
                stuck.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void failIfAway() {
            if (stuck.getCount() > 0) {
                awaitInterruption();
                throw new Unavailable(ErrorCode.UNAVAILABLE, "the database of routes does not answer now: interrupted");
            }
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
        public void deregister(GatewayIdentity identity) {
            failIfAway();
            register.deregister(identity);
        }

        @Override
        public Registration registration(GatewayIdentity identity) {
            failIfAway();
            return register.registration(identity);
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
        public boolean report(GatewayIdentity gateway, List<GatewayReport> reports) {
            failIfAway();
            boolean written = register.report(gateway, reports, nextReportIsWhole);
            nextReportIsWhole = nextReportIsWhole && !written;
            if (losesAnswers) {
                throw new Unavailable(ErrorCode.UNAVAILABLE, "the database of routes does not answer now: answer lost");
            }
            return written;
        }

        @Override
        public boolean awaitChange(Duration atMost) throws InterruptedException {
            failIfAway();
            long before = seen;
            seen = register.awaitChange(before, atMost);
            return seen != before;
        }

        @Override
        public void close() {
            closed = true;
            stuck.countDown();
        }
    }
}
