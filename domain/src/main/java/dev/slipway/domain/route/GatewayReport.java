package dev.slipway.domain.route;

import dev.slipway.domain.instance.InstanceId;
import java.util.List;
import java.util.Map;

/**
 * What a gateway tells of one service.
 *
 * @param revision of the document that it has applied, and that is on its disk; {@link #NONE} or {@link #READING}
 * @param inFlight requests that it has open to each instance, those that are no longer in the document included; absent means 0
 * @param counts since the report before
 */
public record GatewayReport(
        String service, long revision, Map<InstanceId, Integer> inFlight, List<VersionCount> counts) {

    /** The gateway has no document of the service and serves it no more. */
    public static final long NONE = 0;

    /** The gateway is about to read a document of the service for the first time, and may serve it from then on. */
    public static final long READING = -1;

    public GatewayReport {
        inFlight = Map.copyOf(inFlight);
        counts = List.copyOf(counts);
    }

    /**
     * Requests to a version.
     *
     * @param answered with any status of the instance's own
     * @param failed by the gateway's doing or the instance's end: cut, refused, timed out
     */
    public record VersionCount(String label, long sent, long answered, long failed) {}
}
