package dev.slipway.activities.rollout;

import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.rollout.EntryChange;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** How many slots of which pool and flavor a service needs; one claim for each. */
final class RequiredSlots {

    private static final Comparator<Shelf> ORDER =
            Comparator.comparing(Shelf::pool).thenComparing(Shelf::flavor);

    private final Service service;
    private final Map<Shelf, Integer> counts = new TreeMap<>(ORDER);

    private RequiredSlots(Service service) {
        this.service = service;
    }

    /** The most that exist at once in a rollout. */
    static RequiredSlots during(RolloutContext context) {
        RequiredSlots needed = new RequiredSlots(context.service());
        for (EntryChange change : context.snapshot().changes()) {
            if (change.old() == null || change.fresh() == null) {
                needed.add(shelf(context, change), change.peak());
                continue;
            }
            Shelf before = Shelf.of(context.entryOf(change.old()));
            Shelf after = Shelf.of(context.entryOf(change.fresh()));
            if (before.equals(after)) {
                needed.add(after, change.peak());
            } else {
                needed.add(before, change.oldCount());
                needed.add(after, change.freshCount());
            }
        }
        return needed;
    }

    private static Shelf shelf(RolloutContext context, EntryChange change) {
        return Shelf.of(
                context.entryOf(Objects.requireNonNull(change.fresh() == null ? change.old() : change.fresh())));
    }

    /** What a configuration needs by itself. */
    static RequiredSlots by(Service service, ServiceConfig config) {
        RequiredSlots needed = new RequiredSlots(service);
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
    List<Holder> without(RequiredSlots other) {
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
