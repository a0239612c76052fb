package dev.slipway.domain.route;

import dev.slipway.domain.instance.InstanceSetId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The requests to an instance set in one minute, by the gateway's clock. A request counts as sent in the minute in which it was sent and as
 * answered, cut or abandoned in the one in which it ended.
 *
 * @param minute its first instant
 * @param inFlight the most requests open to the set at the same time in the minute; for several gateways the sum of these, which may not
 *     have been open at the same time
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

    /** The sum of both, which have the same set and minute. */
    public MinuteCounts plus(MinuteCounts other) {
        if (!other.set.equals(set) || !other.minute.equals(minute)) {
            throw new IllegalArgumentException(
                    "counts of set '%s' at %s: expected the same set and minute, found set '%s' at %s"
                            .formatted(set, minute, other.set, other.minute));
        }
        return new MinuteCounts(set, minute, counts.plus(other.counts), inFlight + other.inFlight);
    }
}
