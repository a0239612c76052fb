package dev.slipway.gateway.route;

/** One request in flight to one instance, from its choice until one of the three ends. To be used by one thread; ends once. */
public final class InFlightRequest {

    private final ServiceRoute route;
    private final Endpoint endpoint;
    private final String label;
    private boolean sent;
    private boolean ended;

    InFlightRequest(ServiceRoute route, Endpoint endpoint, String label) {
        this.route = route;
        this.endpoint = endpoint;
        this.label = label;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** The version, as counts name it. */
    public String label() {
        return label;
    }

    /** The instance has been sent the request's head. */
    public void sent() {
        if (!sent) {
            sent = true;
            route.count(label, 1, 0, 0);
        }
    }

    /** The instance has answered to the end, with whatever status. */
    public void answered() {
        sent();
        end(1, 0);
    }

    /** The instance or this gateway has failed the request. */
    public void failed() {
        sent();
        end(0, 1);
    }

    /** The request goes elsewhere, or its client has gone: no success and no failure of the version. */
    public void givenUp() {
        end(0, 0);
    }

    private void end(int answered, int failed) {
        if (!ended) {
            ended = true;
            route.end(endpoint, label, answered, failed);
        }
    }
}
