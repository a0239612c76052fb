package dev.slipway.domain.instance;

import java.time.Duration;

/**
 * What an instance uses, all of its processes together.
 *
 * @param cpuTime since its start: the difference of two readings is what was used between them
 * @param memoryBytes now, what it shares with others counted by its part
 */
public record Usage(Duration cpuTime, long memoryBytes) {

    public Usage {
        if (cpuTime.isNegative() || memoryBytes < 0) {
            throw new IllegalArgumentException(
                    "usage: cpu time %s, memory %d, expected at least 0".formatted(cpuTime, memoryBytes));
        }
    }
}
