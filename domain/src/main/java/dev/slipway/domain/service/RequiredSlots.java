package dev.slipway.domain.service;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.wave.EntryChange;
import dev.slipway.domain.wave.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How many slots of which pool and flavor a service needs; one claim for each. */
public final class RequiredSlots {

    private static final Comparator<Shelf> ORDER =
            Comparator.comparing(Shelf::pool).thenComparing(Shelf::flavor);

    private final Service service;
    private final Map<Shelf, Integer> counts = new TreeMap<>(ORDER);

    private RequiredSlots(Service service) {
        this.service = service;
    }

    /**
     * The most that exist at once in a change from one configuration to another.
     *
     * @param from without entries if nothing serves
     */
    public static RequiredSlots during(Service service, Snapshot snapshot, ServiceConfig from, ServiceConfig to) {
        RequiredSlots needed = new RequiredSlots(service);
        for (EntryChange change : snapshot.changes()) {
            InstanceSetId old = change.old();
            InstanceSetId fresh = change.fresh();
            if (old == null || fresh == null) {
                InstanceSetId only = fresh == null ? Objects.requireNonNull(old) : fresh;
                needed.add(shelf(only, from, to), change.peak());
                continue;
            }
            Shelf before = shelf(old, from, to);
            Shelf after = shelf(fresh, from, to);
            if (before.equals(after)) {
                needed.add(after, change.peak());
            } else {
                needed.add(before, change.oldCount());
                needed.add(after, change.freshCount());
            }
        }
        return needed;
    }

    private static Shelf shelf(InstanceSetId set, ServiceConfig from, ServiceConfig to) {
        return Stream.concat(to.entries().stream(), from.entries().stream())
                .filter(entry -> entry.set().equals(set))
                .findFirst()
                .map(Shelf::of)
                .orElseThrow(() -> new IllegalStateException("instance set '%s' has no entry".formatted(set)));
    }

    /** What a configuration needs by itself. */
    public static RequiredSlots by(Service service, ServiceConfig config) {
        RequiredSlots needed = new RequiredSlots(service);
        config.entries().forEach(entry -> needed.add(Shelf.of(entry), entry.instanceCount()));
        return needed;
    }

    private void add(Shelf shelf, int count) {
        counts.merge(shelf, count, Integer::sum);
    }

    /**
     * Checks that the pools ever have so many slots. What is held already is no question: settings that shrink a pool evict nobody.
     *
     * @param held what the service has now
     * @throws NoCapacity NO_RESOURCES if a pool is too small even when it is empty
     */
    public void check(Pools pools, RequiredSlots held) {
        counts.forEach((shelf, count) -> {
            int slots = pools.slots(shelf.pool(), shelf.flavor());
            if (count > Math.max(slots, held.counts.getOrDefault(shelf, 0))) {
                throw new NoCapacity(
                        ErrorCode.NO_RESOURCES,
                        "config: pool '%s' has %d slots for specification '%s' in all, the upgrade needs %d at once: ask for fewer instances, or let old ones leave first (max_unavailable)"
                                .formatted(shelf.pool(), slots, shelf.flavor(), count));
            }
        });
    }

    /** The claims, always in the same order, so that two services never wait for each other. */
    public List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        counts.forEach((shelf, count) -> claims.add(new Claim(
                holder(shelf), shelf.pool(), shelf.flavor(), count, service.priority(), "service/" + service.id())));
        return claims;
    }

    /** Holders of {@code other} that this has no claim for. */
    public List<Holder> without(RequiredSlots other) {
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
