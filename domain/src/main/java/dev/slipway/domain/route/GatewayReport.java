package dev.slipway.domain.route;

import dev.slipway.domain.instance.InstanceId;
import java.util.List;
import java.util.Map;

/**
 * The report of a gateway about one service.
 *
 * @param revision of the document that it has applied, and that is on its disk; {@link #NONE} or {@link #READING}
 * @param inFlight requests that it has open to each instance, those that are no longer in the document included; absent means 0
 * @param counts of each minute and set that has changed: all counts of this process so far, so that a repeated report counts once
 */
public record GatewayReport(
        String service, long revision, Map<InstanceId, Integer> inFlight, List<MinuteCounts> counts) {

    /** The gateway has no document of the service and does not serve it any more. */
    public static final long NONE = 0;

    /** The gateway is about to read a document of the service for the first time, and may serve it from then on. */
    public static final long READING = -1;

    public GatewayReport {
        inFlight = Map.copyOf(inFlight);
        counts = List.copyOf(counts);
    }
}
