package dev.slipway.domain.pool;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pools in the settings; the first is the default of requests. */
public record Pools(List<Pool> pools) {

    public Pools {
        pools = List.copyOf(pools);
        if (pools.isEmpty()) {
            throw new IllegalArgumentException("pools: expected at least one");
        }
    }

    /** These and the pool of imports. */
    public List<Pool> withImports() {
        List<Pool> all = new ArrayList<>(pools);
        all.add(ImportPool.pool());
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
