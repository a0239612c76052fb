package dev.slipway.testing.route;

import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.LatencyHistogram;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RequestCounts;
import dev.slipway.domain.route.RouteDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Makers of valid routes. */
public final class Routes {

    public static final ProjectId PROJECT = new ProjectId("0123456789abcdef0123456789abcdef");

    private Routes() {}

    /** Instance {@code ordinal} of the version's set. */
    public static InstanceId instance(String label, int ordinal) {
        return new InstanceId(new InstanceSetId("set-" + label), ordinal, 1);
    }

    /** A version with an instance at each address. */
    public static RouteDocument.Version version(String label, int weight, Address... addresses) {
        List<RouteDocument.Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            endpoints.add(new RouteDocument.Endpoint(instance(label, i), addresses[i]));
        }
        return new RouteDocument.Version(new InstanceSetId("set-" + label), label, weight, endpoints);
    }

    /** The document of a running service. */
    public static RouteDocument document(String service, long revision, RouteDocument.Version... versions) {
        return new RouteDocument(service, PROJECT, revision, true, List.of(versions));
    }

    /** A gateway with the identity of this process. */
    public static GatewayIdentity gateway(String id) {
        return new GatewayIdentity(
                id, "host", "boot", 4711, "12345", "http://127.0.0.1:8080", Instant.parse("2026-11-01T00:00:00Z"));
    }

    /** A process of that gateway which registered later. */
    public static GatewayIdentity restarted(GatewayIdentity before) {
        return new GatewayIdentity(
                before.id(),
                before.hostId(),
                before.bootId(),
                before.pid() + 1,
                before.processStart() + "1",
                before.address(),
                before.registeredAt().plusMillis(1));
    }

    /** Counts of the version's set: answers with 200 in 3 ms, answers with 500 in 2 s, cut requests, and 2 in flight. One more is sent and abandoned for each cut one. */
    public static MinuteCounts counts(String label, Instant minute, int good, int bad, int cut) {
        List<Long> latency = new ArrayList<>(LatencyHistogram.EMPTY.counts());
        latency.set(LatencyHistogram.bucketOf(3_000_000), (long) good);
        latency.set(LatencyHistogram.bucketOf(2_000_000_000), (long) bad);
        RequestCounts counts = new RequestCounts(
                good + bad + 2 * cut, good + bad, good, 0, bad, cut, cut, new LatencyHistogram(latency));
        return new MinuteCounts(new InstanceSetId("set-" + label), minute, counts, 2);
    }
}
