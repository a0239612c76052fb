package dev.slipway.gateway.route;

import dev.slipway.domain.instance.InstanceSetId;

/** One request in flight to one instance, from its choice until one of the three ends. To be used by one thread; ends once. */
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

    /** The instance is given the last byte of the request: its latency counts from now on, not from its choice. */
    public void wholeRequestGiven() {
        begin = System.nanoTime();
    }

    /** The instance has answered to the end. */
    public void answered(int status) {
        sent();
        if (end()) {
            route.answered(endpoint, status, System.nanoTime() - begin);
        }
    }

    /** The instance or this gateway has failed the request. */
    public void cut() {
        sent();
        if (end()) {
            route.cut(endpoint);
        }
    }

    /** The request goes elsewhere, or its client has gone: no success and no failure of the set. */
    public void drop() {
        if (end()) {
            route.dropped(endpoint);
        }
    }

    private boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }
}
