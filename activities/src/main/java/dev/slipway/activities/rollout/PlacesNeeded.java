package dev.slipway.activities.rollout;

import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.rollout.Lane;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** How many places of which pool and flavor a service needs; one claim for each. */
final class PlacesNeeded {

    private static final Comparator<Shelf> ORDER =
            Comparator.comparing(Shelf::pool).thenComparing(Shelf::flavor);

    private final Service service;
    private final Map<Shelf, Integer> counts = new TreeMap<>(ORDER);

    private PlacesNeeded(Service service) {
        this.service = service;
    }

    /** The most that exist at once in a rollout. */
    static PlacesNeeded during(Ground ground) {
        PlacesNeeded needed = new PlacesNeeded(ground.service());
        for (Lane lane : ground.snapshot().lanes()) {
            if (lane.old() == null || lane.fresh() == null) {
                needed.add(shelf(ground, lane), lane.peak());
                continue;
            }
            Shelf before = Shelf.of(ground.entryOf(lane.old()));
            Shelf after = Shelf.of(ground.entryOf(lane.fresh()));
            if (before.equals(after)) {
                needed.add(after, lane.peak());
            } else {
                needed.add(before, lane.oldCount());
                needed.add(after, lane.freshCount());
            }
        }
        return needed;
    }

    private static Shelf shelf(Ground ground, Lane lane) {
        return Shelf.of(ground.entryOf(Objects.requireNonNull(lane.fresh() == null ? lane.old() : lane.fresh())));
    }

    /** What a configuration needs by itself. */
    static PlacesNeeded by(Service service, ServiceConfig config) {
        PlacesNeeded needed = new PlacesNeeded(service);
        config.entries().forEach(entry -> needed.add(Shelf.of(entry), entry.instanceCount()));
        return needed;
    }

    private void add(Shelf shelf, int count) {
        counts.merge(shelf, count, Integer::sum);
    }

    /** The claims, always in the same order, so that two services never wait for each other. */
    List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        counts.forEach((shelf, count) -> claims.add(new Claim(
                holder(shelf), shelf.pool(), shelf.flavor(), count, service.priority(), "service/" + service.id())));
        return claims;
    }

    /** Holders of {@code other} that this has no claim for. */
    List<Holder> without(PlacesNeeded other) {
        return other.counts.keySet().stream()
                .filter(shelf -> !counts.containsKey(shelf))
                .map(this::holder)
                .toList();
    }

    private Holder holder(Shelf shelf) {
        return new Holder("service/%s/%s/%s".formatted(service.id(), shelf.pool(), shelf.flavor()));
    }

    private record Shelf(String pool, String flavor) {

        static Shelf of(ServiceEntry entry) {
            return new Shelf(entry.pool(), entry.specification());
        }
    }
}
