package dev.slipway.domain.pool;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pools in the settings; the first is the default of requests.
 *
 * @param trial where models are started on trial that do not name a place; null for Slipway's own pool of imports
 * @param trials how many trial starts run at once in that pool of Slipway's own, at least 1
 * @param trialLimit how long a model may take in its trial start until it is ready; at most {@link #LONGEST_TRIAL}
 */
public record Pools(List<Pool> pools, @Nullable PlacedFlavor trial, int trials, Duration trialLimit) {

    /** Engines such as torch need 30 to 130 s on a busy machine. */
    public static final Duration TRIAL_LIMIT = Duration.ofMinutes(10);

    /** An import as a whole may take an hour. */
    public static final Duration LONGEST_TRIAL = Duration.ofMinutes(50);

    public static final int TRIALS = 2;

    public Pools {
        if (trials < 1) {
            throw new IllegalArgumentException("trials: expected at least 1, found %d".formatted(trials));
        }
        if (!trialLimit.isPositive() || trialLimit.compareTo(LONGEST_TRIAL) > 0) {
            throw new IllegalArgumentException(
                    "trial limit: expected at most %s, found %s".formatted(LONGEST_TRIAL, trialLimit));
        }
        pools = List.copyOf(pools);
        if (pools.isEmpty()) {
            throw new IllegalArgumentException("pools: expected at least one");
        }
    }

    /** With trial starts in Slipway's own pool of imports. */
    public Pools(List<Pool> pools) {
        this(pools, null, TRIALS, TRIAL_LIMIT);
    }

    /**
     * Where a model is started on trial.
     *
     * @param pool null for the one of the settings; if only a specification is named, for the first pool
     * @param specification null for the one of the settings; if only a pool is named, for its first one
     * @throws Invalid POOL_UNKNOWN or FLAVOR_UNKNOWN
     */
    public PlacedFlavor placeOfTrial(@Nullable String pool, @Nullable String specification) {
        if (pool == null && specification == null) {
            return trial == null ? new PlacedFlavor(ImportPool.NAME, ImportPool.TRIAL_FLAVOR) : trial;
        }
        Pool named = named(pool);
        String flavor = specification == null
                ? named.flavors().stream()
                        .map(each -> each.flavor().name())
                        .findFirst()
                        .orElse("")
                : specification;
        return new PlacedFlavor(named.name(), named.flavor(flavor).flavor());
    }

    /** These and the pool of imports. */
    public List<Pool> withImports() {
        List<Pool> all = new ArrayList<>(pools);
        all.add(ImportPool.pool(trials));
        return all;
    }

    /** The slots of a flavor in a pool; 0 if it is not in the settings. */
    public int slots(String pool, String flavor) {
        return pools.stream()
                .filter(each -> each.name().equals(pool))
                .flatMap(each -> each.flavors().stream())
                .filter(each -> each.flavor().name().equals(flavor))
                .mapToInt(Pool.PoolFlavor::slots)
                .findFirst()
                .orElse(0);
    }

    /** The pool of that name, the first one for null or blank. @throws Invalid POOL_UNKNOWN */
    public Pool named(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return pools.getFirst();
        }
        return pools.stream()
                .filter(pool -> pool.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Invalid(
                        ErrorCode.POOL_UNKNOWN,
                        "pool '%s' does not exist, expected one of %s"
                                .formatted(name, pools.stream().map(Pool::name).toList())));
    }
}
