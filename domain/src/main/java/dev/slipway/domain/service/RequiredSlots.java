package dev.slipway.domain.service;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.wave.EntryChange;
import dev.slipway.domain.wave.Snapshot;
import dev.slipway.domain.workflow.WorkflowIds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The slots that a service needs, by pool and flavor; one claim for each. */
public final class RequiredSlots {

    private static final Comparator<FlavorOfPool> ORDER =
            Comparator.comparing(FlavorOfPool::pool).thenComparing(FlavorOfPool::flavor);

    private final Service service;
    private final Map<FlavorOfPool, Integer> counts = new TreeMap<>(ORDER);

    private RequiredSlots(Service service) {
        this.service = service;
    }

    /**
     * The largest number of instances at once in a change from one configuration to another.
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
                needed.add(flavorOfPool(only, from, to), change.peak());
                continue;
            }
            FlavorOfPool before = flavorOfPool(old, from, to);
            FlavorOfPool after = flavorOfPool(fresh, from, to);
            if (before.equals(after)) {
                needed.add(after, change.peak());
            } else {
                needed.add(before, change.oldCount());
                needed.add(after, change.freshCount());
            }
        }
        return needed;
    }

    private static FlavorOfPool flavorOfPool(InstanceSetId set, ServiceConfig from, ServiceConfig to) {
        return Stream.concat(to.entries().stream(), from.entries().stream())
                .filter(entry -> entry.set().equals(set))
                .findFirst()
                .map(FlavorOfPool::of)
                .orElseThrow(() -> new IllegalStateException("instance set '%s' has no entry".formatted(set)));
    }

    /** The slots of one configuration. */
    public static RequiredSlots by(Service service, ServiceConfig config) {
        RequiredSlots needed = new RequiredSlots(service);
        config.entries().forEach(entry -> needed.add(FlavorOfPool.of(entry), entry.instanceCount()));
        return needed;
    }

    private void add(FlavorOfPool flavorOfPool, int count) {
        counts.merge(flavorOfPool, count, Integer::sum);
    }

    /**
     * Checks that the pools have that many slots at all. Slots that are already held are not checked, because settings that shrink a pool
     * evict nobody.
     *
     * @param held the slots of the service now
     * @throws NoCapacity NO_RESOURCES if a pool is too small even when it is empty
     */
    public void check(Pools pools, RequiredSlots held) {
        counts.forEach((flavorOfPool, count) -> {
            int slots = pools.slots(flavorOfPool.pool(), flavorOfPool.flavor());
            if (count > Math.max(slots, held.counts.getOrDefault(flavorOfPool, 0))) {
                throw new NoCapacity(
                        ErrorCode.NO_RESOURCES,
                        "config: pool '%s' has %d slots for specification '%s' in all, the upgrade needs %d at once: ask for fewer instances, or let old ones leave first (max_unavailable)"
                                .formatted(flavorOfPool.pool(), slots, flavorOfPool.flavor(), count));
            }
        });
    }

    /** The claims, always in the same order, so that two services never wait for each other. */
    public List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        counts.forEach((flavorOfPool, count) -> claims.add(new Claim(
                holder(flavorOfPool),
                flavorOfPool.pool(),
                flavorOfPool.flavor(),
                count,
                service.priority(),
                WorkflowIds.service(service.name(), service.id().value()))));
        return claims;
    }

    /** Holders of {@code other} that this has no claim for. */
    public List<Holder> without(RequiredSlots other) {
        return other.counts.keySet().stream()
                .filter(flavorOfPool -> !counts.containsKey(flavorOfPool))
                .map(this::holder)
                .toList();
    }

    private Holder holder(FlavorOfPool flavorOfPool) {
        return new Holder("service/%s/%s/%s".formatted(service.id(), flavorOfPool.pool(), flavorOfPool.flavor()));
    }

    private record FlavorOfPool(String pool, String flavor) {

        static FlavorOfPool of(ServiceEntry entry) {
            return new FlavorOfPool(entry.pool(), entry.specification());
        }
    }
}
