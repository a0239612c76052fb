package dev.slipway.activities.batch;

import java.time.Duration;

/**
 * When a failure of object storage counts as final.
 *
 * @param refusals of one key, while its bucket answers otherwise, before it is refused for good; and
 * @param refusedFor so long at least from the first to the last of them
 * @param longestOutage how long a bucket may not answer before the job fails
 * @param longestOutageOfStopped the same for a job that was stopped or deleted, whose user waits for its end
 */
public record StorageLimits(
        int refusals, Duration refusedFor, Duration longestOutage, Duration longestOutageOfStopped) {

    public static final StorageLimits DEFAULT =
            new StorageLimits(5, Duration.ofMinutes(5), Duration.ofHours(24), Duration.ofMinutes(5));

    public StorageLimits {
        if (refusals < 1
                || refusedFor.isNegative()
                || !longestOutage.isPositive()
                || !longestOutageOfStopped.isPositive()) {
            throw new IllegalArgumentException("storage limits: expected positive ones, found %d refusals, %s, %s, %s"
                    .formatted(refusals, refusedFor, longestOutage, longestOutageOfStopped));
        }
    }

    public StorageLimits withLongestOutage(Duration outage) {
        return new StorageLimits(refusals, refusedFor, outage, longestOutageOfStopped);
    }
}
