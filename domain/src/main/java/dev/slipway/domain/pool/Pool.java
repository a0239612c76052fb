package dev.slipway.domain.pool;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import java.util.List;

/** A node pool: the number of slots of each of its flavors. */
public record Pool(String name, List<PoolFlavor> flavors) {

    public Pool {
        flavors = List.copyOf(flavors);
    }

    /** A flavor and its number of slots. */
    public record PoolFlavor(Flavor flavor, int slots) {}

    /** The slots of a flavor. @throws Invalid FLAVOR_UNKNOWN */
    public PoolFlavor flavor(String name) {
        return flavors.stream()
                .filter(candidate -> candidate.flavor().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Invalid(
                        ErrorCode.FLAVOR_UNKNOWN,
                        "specification '%s' does not exist in pool '%s', expected one of %s"
                                .formatted(
                                        name,
                                        this.name,
                                        flavors.stream()
                                                .map(each -> each.flavor().name())
                                                .toList())));
    }
}
