package dev.slipway.gateway.route;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.RouteDocument;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The route of one service: its document, the split, and what is in flight, under one lock. So a choice is made and counted in one
 * step, and a report never misses a request that was chosen by an older document. Safe for use by many threads.
 */
public final class ServiceRoute {

    private final String service;
    private final Map<InstanceId, Endpoint> endpoints = new HashMap<>();
    private final Map<InstanceId, Integer> inFlightOfLeft = new HashMap<>();
    private final Map<String, Count> counts = new TreeMap<>();
    private @Nullable RouteDocument document;
    private List<Version> versions = List.of();
    private WeightedRoundRobin split = new WeightedRoundRobin(List.of());
    private long changes;

    ServiceRoute(String service) {
        this.service = service;
    }

    String service() {
        return service;
    }

    synchronized Set<InstanceId> instances() {
        return Set.copyOf(endpoints.keySet());
    }

    /** The project that owns it, null if it is gone. */
    public synchronized @Nullable ProjectId project() {
        return document == null ? null : document.project();
    }

    /** Revision of the document in use; {@link GatewayReport#NONE} without one. */
    synchronized long revision() {
        return document == null ? GatewayReport.NONE : document.revision();
    }

    /** Goes over to the document; what is in flight stays counted. */
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
            fresh.add(new Version(version.label(), members));
        }
        endpoints.values().stream()
                .filter(endpoint -> kept.get(endpoint.instance()) != endpoint)
                .forEach(this::leave);
        endpoints.clear();
        endpoints.putAll(kept);
        document = next;
        versions = List.copyOf(fresh);
        split = new WeightedRoundRobin(
                next.versions().stream().map(RouteDocument.Version::weight).toList());
        changes++;
    }

    /** There is no document any more. */
    synchronized void remove() {
        endpoints.values().forEach(this::leave);
        endpoints.clear();
        document = null;
        versions = List.of();
        changes++;
    }

    private void leave(Endpoint endpoint) {
        endpoint.leave();
        if (endpoint.inFlight() > 0) {
            inFlightOfLeft.merge(endpoint.instance(), endpoint.inFlight(), Integer::sum);
        }
    }

    /**
     * Chooses an instance for a request; the first time by the split over the versions.
     *
     * @param tried instances that could not be reached by this request
     * @param version label of the version to stay with where it has an instance left; null at the first choice
     */
    public synchronized Choice choose(Set<Endpoint> tried, @Nullable String version) {
        RouteDocument current = document;
        if (current == null) {
            return new Choice.Gone();
        }
        if (!current.open()) {
            return new Choice.Closed();
        }
        for (Version candidate : versions) {
            if (candidate.label.equals(version)) {
                Endpoint endpoint = candidate.next(tried, false);
                if (endpoint != null) {
                    return chosen(endpoint, candidate);
                }
            }
        }
        Choice alive = bySplit(tried, false);
        // When all look dead, trying one is better than refusing unseen: the fault may have been on our side.
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
        return endpoint == null ? new Choice.NoInstance() : chosen(endpoint, version);
    }

    private Choice chosen(Endpoint endpoint, Version version) {
        endpoint.count(1);
        changes++;
        return new Choice.Chosen(new InFlightRequest(this, endpoint, version.label));
    }

    synchronized void count(String label, int sent, int answered, int failed) {
        counts.computeIfAbsent(label, name -> new Count()).add(sent, answered, failed);
        changes++;
    }

    synchronized void end(Endpoint endpoint, String label, int answered, int failed) {
        endpoint.count(-1);
        if (endpoint.isRemoved()) {
            inFlightOfLeft.computeIfPresent(endpoint.instance(), (id, open) -> open > 1 ? open - 1 : null);
        }
        if (answered + failed > 0) {
            count(label, 0, answered, failed);
        }
        changes++;
    }

    /** Grows with each thing that a report would tell. */
    synchronized long changes() {
        return changes;
    }

    /** Whether a request is open to any instance. */
    synchronized boolean isBusy() {
        return !inFlightOfLeft.isEmpty() || endpoints.values().stream().anyMatch(endpoint -> endpoint.inFlight() > 0);
    }

    /**
     * What there is to tell, all of one moment. The counts are handed over: they are to be added or given back.
     *
     * @param onDisk revision that is on the disk: no later one is acknowledged
     */
    synchronized GatewayReport report(long onDisk) {
        Map<InstanceId, Integer> inFlight = new HashMap<>(inFlightOfLeft);
        endpoints.values().stream()
                .filter(endpoint -> endpoint.inFlight() > 0)
                .forEach(endpoint -> inFlight.merge(endpoint.instance(), endpoint.inFlight(), Integer::sum));
        List<GatewayReport.VersionCount> told = counts.entrySet().stream()
                .map(entry -> entry.getValue().of(entry.getKey()))
                .toList();
        counts.clear();
        return new GatewayReport(service, onDisk, inFlight, told);
    }

    /** Takes back the counts of a report that could not be written. */
    synchronized void giveBack(GatewayReport report) {
        for (GatewayReport.VersionCount count : report.counts()) {
            counts.computeIfAbsent(count.label(), name -> new Count())
                    .add(count.sent(), count.answered(), count.failed());
        }
        changes++;
    }

    private static final class Count {
        private long sent;
        private long answered;
        private long failed;

        void add(long moreSent, long moreAnswered, long moreFailed) {
            sent += moreSent;
            answered += moreAnswered;
            failed += moreFailed;
        }

        GatewayReport.VersionCount of(String label) {
            return new GatewayReport.VersionCount(label, sent, answered, failed);
        }
    }

    private static final class Version {
        private final String label;
        private final List<Endpoint> members;
        private int turn;

        Version(String label, List<Endpoint> members) {
            this.label = label;
            this.members = List.copyOf(members);
        }

        boolean has(Set<Endpoint> tried, boolean evenEjected) {
            return members.stream().anyMatch(member -> canTake(member, tried, evenEjected));
        }

        /** The one with the fewest open requests; equal ones take turns. */
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
