package dev.slipway.domain.pool;

import java.util.Map;
import java.util.Objects;

/**
 * The size of an instance.
 *
 * @param name for example {@code modelarts.vm.cpu.2u}
 * @param cpu cores that are accounted for; numeric libraries get as many threads
 * @param memoryMb memory in MB of 2^20 bytes
 * @param category CPU, GPU or NPU
 * @param extended further resources by name, for example {@code nvidia.com/gpu}; a cluster that does not offer one of them, or no shares of
 *     it, refuses the instance and names it
 */
public record Flavor(String name, int cpu, long memoryMb, String category, Map<String, Quantity> extended) {

    private static final String RESOURCE =
            "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";

    public Flavor {
        if (cpu < 1 || memoryMb < 1) {
            throw new IllegalArgumentException("flavor '%s': cpu and memory must be at least 1".formatted(name));
        }
        // Older rows have none.
        extended = Map.copyOf(Objects.requireNonNullElse(extended, Map.of()));
        for (String resource : extended.keySet()) {
            if (!isResourceName(resource)) {
                throw new IllegalArgumentException(
                        "flavor '%s': extended resource '%s', expected <domain>/<name>, for example nvidia.com/gpu"
                                .formatted(name, resource));
            }
        }
    }

    /** Whether an extended resource may be named so: {@code <domain>/<name>}. */
    public static boolean isResourceName(String name) {
        return name.matches(RESOURCE);
    }

    /** Without extended resources. */
    public Flavor(String name, int cpu, long memoryMb, String category) {
        this(name, cpu, memoryMb, category, Map.of());
    }
}
