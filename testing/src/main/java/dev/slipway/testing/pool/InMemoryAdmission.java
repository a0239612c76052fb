package dev.slipway.testing.pool;

import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Admission in memory. Safe for use by many threads. */
public final class InMemoryAdmission implements Admission {

    private final Map<String, Integer> slots = new LinkedHashMap<>();
    private final Map<Holder, Row> rows = new LinkedHashMap<>();
    private final Clock clock;
    private final Predicate<Holder> stillWants;
    private long nextOrdinal = 1;

    /** All holders want their slots until they release them. */
    public InMemoryAdmission(Pools pools, Clock clock) {
        this(pools, clock, holder -> true);
    }

    public InMemoryAdmission(Pools pools, Clock clock, Predicate<Holder> stillWants) {
        this.clock = clock;
        this.stillWants = stillWants;
        syncPools(pools);
    }

    /** Takes other settings. Holders keep their slots; a flavor that is not in the settings and has no claim is forgotten. */
    public synchronized void syncPools(Pools pools) {
        slots.replaceAll((flavor, before) -> 0);
        for (Pool pool : pools.withImports()) {
            pool.flavors()
                    .forEach(
                            flavor -> slots.put(key(pool.name(), flavor.flavor().name()), flavor.slots()));
        }
        Set<String> claimed = rows.values().stream()
                .map(row -> key(row.claim.pool(), row.claim.flavor()))
                .collect(Collectors.toSet());
        slots.entrySet().removeIf(each -> each.getValue() == 0 && !claimed.contains(each.getKey()));
    }

    @Override
    public synchronized Grant claim(Claim claim) {
        Integer had = slots.get(key(claim.pool(), claim.flavor()));
        if (had == null) {
            throw new Invalid(
                    ErrorCode.FLAVOR_UNKNOWN,
                    "specification '%s' does not exist in pool '%s'".formatted(claim.flavor(), claim.pool()));
        }
        Row before = rows.get(claim.holder());
        int held = before == null ? 0 : before.granted;
        if (claim.count() > Math.max(had, held)) {
            throw new NoCapacity(
                    ErrorCode.NO_RESOURCES,
                    "pool '%s' has %d slots for specification '%s', expected at most so many instances, found %d"
                            .formatted(claim.pool(), had, claim.flavor(), claim.count()));
        }
        if (before != null && (before.waits() || claim.count() <= held)) {
            rows.put(
                    claim.holder(),
                    new Row(claim, Math.min(held, claim.count()), before.ordinal, before.since, before.seen));
        } else {
            rows.put(claim.holder(), new Row(claim, held, nextOrdinal++, clock.instant(), false));
        }
        grantNext(claim.pool(), claim.flavor());
        rows.computeIfPresent(
                claim.holder(), (holder, row) -> new Row(row.claim, row.granted, row.ordinal, row.since, !row.waits()));
        return standing(claim.holder());
    }

    @Override
    public synchronized Grant standing(Holder holder) {
        Row row = rows.get(holder);
        if (row == null) {
            return new Grant.None();
        }
        if (!row.waits()) {
            return new Grant.Granted(row.granted);
        }
        int position = queue(row.claim.pool(), row.claim.flavor()).indexOf(row) + 1;
        return new Grant.Waiting(position, row.claim.count(), free(row.claim.pool(), row.claim.flavor()), row.since);
    }

    @Override
    public synchronized List<String> release(Holder holder) {
        @Nullable Row row = rows.remove(holder);
        return row == null ? List.of() : grantNext(row.claim.pool(), row.claim.flavor());
    }

    @Override
    public synchronized List<String> releaseAll(String holderPrefix) {
        List<String> wakes = new ArrayList<>();
        List.copyOf(rows.keySet()).stream()
                .filter(holder -> holder.value().startsWith(holderPrefix))
                .forEach(holder -> wakes.addAll(release(holder)));
        return wakes;
    }

    @Override
    public synchronized int free(String pool, String flavor) {
        return slots.getOrDefault(key(pool, flavor), 0)
                - rows.values().stream()
                        .filter(row -> row.lies(pool, flavor))
                        .mapToInt(row -> row.granted)
                        .sum();
    }

    @Override
    public synchronized List<String> grantWaiting() {
        for (Row row : List.copyOf(rows.values())) {
            grantNext(row.claim.pool(), row.claim.flavor());
        }
        return rows.values().stream()
                .filter(row -> !row.waits() && !row.seen)
                .map(row -> row.claim.wakes())
                .toList();
    }

    @Override
    public synchronized List<Holder> unwanted() {
        return rows.keySet().stream().filter(stillWants.negate()).toList();
    }

    @Override
    public synchronized List<String> releaseUnwanted(Holder holder) {
        return stillWants.test(holder) ? List.of() : release(holder);
    }

    private List<String> grantNext(String pool, String flavor) {
        List<String> wakes = new ArrayList<>();
        int free = free(pool, flavor);
        for (Row next : queue(pool, flavor)) {
            int more = next.claim.count() - next.granted;
            if (more > free) {
                break;
            }
            free -= more;
            rows.put(next.claim.holder(), new Row(next.claim, next.claim.count(), next.ordinal, next.since, false));
            wakes.add(next.claim.wakes());
        }
        return wakes;
    }

    private List<Row> queue(String pool, String flavor) {
        return rows.values().stream()
                .filter(row -> row.lies(pool, flavor) && row.waits() && stillWants.test(row.claim.holder()))
                .sorted(Comparator.comparingInt((Row row) -> -row.claim.priority())
                        .thenComparingLong(row -> row.ordinal))
                .toList();
    }

    private static String key(String pool, String flavor) {
        return pool + "/" + flavor;
    }

    private record Row(Claim claim, int granted, long ordinal, Instant since, boolean seen) {

        boolean waits() {
            return granted < claim.count();
        }

        boolean lies(String pool, String flavor) {
            return claim.pool().equals(pool) && claim.flavor().equals(flavor);
        }
    }
}
