package dev.slipway.domain.route;

import dev.slipway.domain.instance.InstanceSetId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The requests to an instance set in one minute, by the gateway's clock. A request counts as sent in the minute in which it was sent and
 * as answered or cut in the one in which it ended.
 *
 * @param minute its first instant
 * @param inFlight the most requests that were open to the set at the same time within the minute; of several gateways their sum, which
 *     the set may not have seen at once
 */
public record MinuteCounts(InstanceSetId set, Instant minute, RequestCounts counts, int inFlight) {

    public MinuteCounts {
        if (!minute.equals(minute.truncatedTo(ChronoUnit.MINUTES))) {
            throw new IllegalArgumentException("minute: expected the first instant of one, found " + minute);
        }
        if (inFlight < 0) {
            throw new IllegalArgumentException("in flight: expected at least 0, found " + inFlight);
        }
    }

    /** The same set's requests of the same minute, those of {@code other} added. */
    public MinuteCounts plus(MinuteCounts other) {
        if (!other.set.equals(set) || !other.minute.equals(minute)) {
            throw new IllegalArgumentException(
                    "counts of set '%s' at %s: expected the same set and minute, found set '%s' at %s"
                            .formatted(set, minute, other.set, other.minute));
        }
        return new MinuteCounts(set, minute, counts.plus(other.counts), inFlight + other.inFlight);
    }
}
