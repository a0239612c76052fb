package dev.slipway.domain.route;

/**
 * Counts of requests by outcome. They can be added.
 *
 * @param sent whose head was sent to an instance, or for which no instance could be reached
 * @param answered completely, with any status; a status below 200 or of 3xx counts only here
 * @param successes answered with 2xx
 * @param clientErrors answered with 4xx
 * @param serverErrors answered with 5xx
 * @param cut sent but not answered completely: the connection was closed, or the answer was not HTTP, stalled or came too late
 * @param abandoned sent and given up through no fault of the set: its client disconnected or did not send the rest, or another instance had
 *     the address and the request went to the next. What is sent is answered, cut, abandoned or in flight
 * @param latency of the answered ones, from the last byte of the request to the end of the answer
 */
public record RequestCounts(
        long sent,
        long answered,
        long successes,
        long clientErrors,
        long serverErrors,
        long cut,
        long abandoned,
        LatencyHistogram latency) {

    public static final RequestCounts NONE = new RequestCounts(0, 0, 0, 0, 0, 0, 0, LatencyHistogram.EMPTY);

    public RequestCounts {
        if (sent < 0 || successes < 0 || clientErrors < 0 || serverErrors < 0 || cut < 0 || abandoned < 0) {
            throw new IllegalArgumentException(
                    "request counts: expected none below 0, found sent %d, 2xx %d, 4xx %d, 5xx %d, cut %d, abandoned %d"
                            .formatted(sent, successes, clientErrors, serverErrors, cut, abandoned));
        }
        if (answered < successes + clientErrors + serverErrors || answered != latency.total()) {
            throw new IllegalArgumentException(
                    "request counts: expected a latency for each answer and no more statuses than answers, found answered %d, latencies %d, statuses %d"
                            .formatted(answered, latency.total(), successes + clientErrors + serverErrors));
        }
    }

    public RequestCounts plus(RequestCounts other) {
        return new RequestCounts(
                sent + other.sent,
                answered + other.answered,
                successes + other.successes,
                clientErrors + other.clientErrors,
                serverErrors + other.serverErrors,
                cut + other.cut,
                abandoned + other.abandoned,
                latency.plus(other.latency));
    }
}
