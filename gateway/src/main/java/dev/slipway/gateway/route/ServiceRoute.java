package dev.slipway.gateway.route;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RouteDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The route of one service: its document, the split over versions, and the requests in flight, under one lock. So an instance is chosen and
 * counted in one step, and a report includes every request that an older document directed. Safe for use by many threads.
 */
public final class ServiceRoute {

    private final String service;
    private final Map<InstanceId, Endpoint> endpoints = new HashMap<>();
    private final Map<InstanceId, Integer> inFlightOfRemoved = new HashMap<>();
    private final Map<InstanceSetId, SetCounter> counters = new HashMap<>();
    private final MinuteClock clock;
    private @Nullable RouteDocument document;
    private List<Version> versions = List.of();
    private WeightedRoundRobin split = new WeightedRoundRobin(List.of());
    private long changes;

    ServiceRoute(String service, MinuteClock clock) {
        this.service = service;
        this.clock = clock;
    }

    String service() {
        return service;
    }

    synchronized Set<InstanceId> instances() {
        return Set.copyOf(endpoints.keySet());
    }

    /** The project that owns it; null if it does not exist any more. */
    public synchronized @Nullable ProjectId project() {
        return document == null ? null : document.project();
    }

    /** Those of {@link dev.slipway.domain.route.HostHeaders} that reach callers. */
    public synchronized List<String> hostHeaders() {
        return document == null ? List.of() : document.hostHeaders();
    }

    /** Revision of the document in use; {@link GatewayReport#NONE} without one. */
    synchronized long revision() {
        return document == null ? GatewayReport.NONE : document.revision();
    }

    /** Applies the document; requests in flight stay counted. */
    synchronized void apply(RouteDocument next) {
        Map<InstanceId, Endpoint> kept = new HashMap<>();
        List<Version> fresh = new ArrayList<>();
        for (RouteDocument.Version version : next.versions()) {
            List<Endpoint> members = new ArrayList<>();
            for (RouteDocument.Endpoint named : version.endpoints()) {
                Endpoint known = endpoints.get(named.instance());
                Endpoint member = known != null && known.address().equals(named.address())
                        ? known
                        : new Endpoint(named.instance(), named.address());
                kept.put(named.instance(), member);
                members.add(member);
            }
            fresh.add(new Version(version.set(), members));
        }
        endpoints.values().stream()
                .filter(endpoint -> kept.get(endpoint.instance()) != endpoint)
                .forEach(this::removed);
        endpoints.clear();
        endpoints.putAll(kept);
        document = next;
        versions = List.copyOf(fresh);
        split = new WeightedRoundRobin(
                next.versions().stream().map(RouteDocument.Version::weight).toList());
        changes++;
    }

    /** Removes the document. */
    synchronized void remove() {
        endpoints.values().forEach(this::removed);
        endpoints.clear();
        document = null;
        versions = List.of();
        changes++;
    }

    private void removed(Endpoint endpoint) {
        endpoint.remove();
        if (endpoint.inFlight() > 0) {
            inFlightOfRemoved.merge(endpoint.instance(), endpoint.inFlight(), Integer::sum);
        }
    }

    /**
     * Chooses an instance for a request; the first time by the split over the versions.
     *
     * @param tried instances that could not be reached by this request
     * @param set to prefer if it has an instance left; null at the first choice
     */
    public synchronized Choice choose(Set<Endpoint> tried, @Nullable InstanceSetId set) {
        RouteDocument current = document;
        if (current == null) {
            return new Choice.Gone();
        }
        if (!current.open()) {
            return new Choice.Closed();
        }
        for (Version candidate : versions) {
            if (candidate.set.equals(set)) {
                Endpoint endpoint = candidate.next(tried, false);
                if (endpoint != null) {
                    return chosen(endpoint);
                }
            }
        }
        Choice alive = bySplit(tried, false);
        // If all instances are ejected, try one all the same: the fault may have been on this side.
        return alive instanceof Choice.NoInstance ? bySplit(tried, true) : alive;
    }

    private Choice bySplit(Set<Endpoint> tried, boolean evenEjected) {
        boolean[] takesPart = new boolean[versions.size()];
        for (int i = 0; i < takesPart.length; i++) {
            takesPart[i] = versions.get(i).has(tried, evenEjected);
        }
        int position = split.next(takesPart);
        if (position < 0) {
            return new Choice.NoInstance();
        }
        Version version = versions.get(position);
        Endpoint endpoint = version.next(tried, evenEjected);
        return endpoint == null ? new Choice.NoInstance() : chosen(endpoint);
    }

    private Choice chosen(Endpoint endpoint) {
        endpoint.count(1);
        counter(endpoint).opened(clock.minute());
        changes++;
        return new Choice.Chosen(new InFlightRequest(this, endpoint));
    }

    private SetCounter counter(Endpoint endpoint) {
        return counters.computeIfAbsent(endpoint.instance().set(), SetCounter::new);
    }

    synchronized void sent(Endpoint endpoint) {
        counter(endpoint).sent(clock.minute());
        changes++;
    }

    synchronized void answered(Endpoint endpoint, int status, long nanos) {
        counter(endpoint).answered(clock.minute(), status, nanos);
        dropped(endpoint);
    }

    synchronized void cut(Endpoint endpoint) {
        counter(endpoint).cut(clock.minute());
        dropped(endpoint);
    }

    /** Its client has given it up after it was sent. */
    synchronized void abandoned(Endpoint endpoint) {
        counter(endpoint).abandoned(clock.minute());
        dropped(endpoint);
    }

    synchronized void dropped(Endpoint endpoint) {
        endpoint.count(-1);
        counter(endpoint).closed();
        if (endpoint.isRemoved()) {
            inFlightOfRemoved.computeIfPresent(endpoint.instance(), (id, open) -> open > 1 ? open - 1 : null);
        }
        changes++;
    }

    /** A counter of changes that a report has to include; a new minute with open requests is such a change. */
    synchronized long changes() {
        long minute = clock.minute();
        for (SetCounter counter : counters.values()) {
            if (counter.turnTo(minute)) {
                changes++;
            }
        }
        counters.values().removeIf(SetCounter::isEmpty);
        return changes;
    }

    /** Whether a request is open to any instance. */
    synchronized boolean isBusy() {
        return counters.values().stream().anyMatch(SetCounter::hasInFlight);
    }

    /**
     * A consistent report.
     *
     * @param onDisk revision on the disk: no later one is acknowledged
     */
    synchronized GatewayReport report(long onDisk) {
        Map<InstanceId, Integer> inFlight = new HashMap<>(inFlightOfRemoved);
        endpoints.values().stream()
                .filter(endpoint -> endpoint.inFlight() > 0)
                .forEach(endpoint -> inFlight.merge(endpoint.instance(), endpoint.inFlight(), Integer::sum));
        List<MinuteCounts> unreported = counters.values().stream()
                .flatMap(counter -> counter.unreported().stream())
                .toList();
        return new GatewayReport(service, onDisk, inFlight, unreported);
    }

    /** The report was written: its counts need not be reported again. */
    synchronized void reported(GatewayReport report) {
        for (MinuteCounts counts : report.counts()) {
            SetCounter counter = counters.get(counts.set());
            if (counter != null) {
                counter.told(counts);
            }
        }
    }

    private static final class Version {
        private final InstanceSetId set;
        private final List<Endpoint> members;
        private int turn;

        Version(InstanceSetId set, List<Endpoint> members) {
            this.set = set;
            this.members = List.copyOf(members);
        }

        boolean has(Set<Endpoint> tried, boolean evenEjected) {
            return members.stream().anyMatch(member -> canTake(member, tried, evenEjected));
        }

        /** The instance with the fewest open requests; equal ones alternate. */
        @Nullable
        Endpoint next(Set<Endpoint> tried, boolean evenEjected) {
            Endpoint best = null;
            int position = 0;
            for (int i = 0; i < members.size(); i++) {
                int at = (turn + i) % members.size();
                Endpoint member = members.get(at);
                if (canTake(member, tried, evenEjected) && (best == null || member.inFlight() < best.inFlight())) {
                    best = member;
                    position = at;
                }
            }
            if (best != null) {
                turn = (position + 1) % members.size();
            }
            return best;
        }

        private static boolean canTake(Endpoint member, Set<Endpoint> tried, boolean evenEjected) {
            return (evenEjected || !member.isEjected()) && !tried.contains(member);
        }
    }
}
