package dev.slipway.domain.instance;

import java.time.Duration;

/**
 * The resources that all processes of an instance use.
 *
 * @param cpuTime since its start
 * @param memoryBytes now; memory shared by processes is counted proportionally
 */
public record Usage(Duration cpuTime, long memoryBytes) {

    public Usage {
        if (cpuTime.isNegative() || memoryBytes < 0) {
            throw new IllegalArgumentException(
                    "usage: cpu time %s, memory %d, expected at least 0".formatted(cpuTime, memoryBytes));
        }
    }
}
