package dev.slipway.gateway.route;

import dev.slipway.domain.instance.InstanceSetId;

/** One request in flight to one instance, from the choice of the instance to one of its ends. Used by one thread; ends once. */
public final class InFlightRequest {

    private final ServiceRoute route;
    private final Endpoint endpoint;
    private long begin = System.nanoTime();
    private boolean sent;
    private boolean ended;

    InFlightRequest(ServiceRoute route, Endpoint endpoint) {
        this.route = route;
        this.endpoint = endpoint;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** The instance's set. */
    public InstanceSetId set() {
        return endpoint.instance().set();
    }

    /** The instance has been sent the request's head. */
    public void sent() {
        if (!sent) {
            sent = true;
            route.sent(endpoint);
        }
    }

    /** The last byte of the request is written: the latency is measured from now on, not from the choice. */
    public void wholeRequestGiven() {
        begin = System.nanoTime();
    }

    /** The instance has sent a complete answer. */
    public void answered(int status) {
        sent();
        if (end()) {
            route.answered(endpoint, status, System.nanoTime() - begin);
        }
    }

    /** The request failed because of the instance or this gateway. */
    public void cut() {
        sent();
        if (end()) {
            route.cut(endpoint);
        }
    }

    /**
     * The request goes to another instance, or its client has gone: neither a success nor a failure of the set. If it was sent it counts as
     * abandoned.
     */
    public void drop() {
        if (!end()) {
            return;
        }
        if (sent) {
            route.abandoned(endpoint);
        } else {
            route.dropped(endpoint);
        }
    }

    private boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }
}
