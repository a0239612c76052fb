package dev.slipway.domain.pool;

/**
 * What one instance gets.
 *
 * @param name for example {@code modelarts.vm.cpu.2u}
 * @param cpu cores in the book (and threads given to numeric libraries)
 * @param memoryMb memory in MB of 2^20 bytes
 * @param category CPU, GPU or NPU
 */
public record Flavor(String name, int cpu, long memoryMb, String category) {

    public Flavor {
        if (cpu < 1 || memoryMb < 1) {
            throw new IllegalArgumentException("flavor '%s': cpu and memory must be at least 1".formatted(name));
        }
    }
}
