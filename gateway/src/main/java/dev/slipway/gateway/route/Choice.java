package dev.slipway.gateway.route;

/** What a service says to a request that looks for an instance. */
public sealed interface Choice {

    /** An instance, and the request counts as in flight to it. */
    record Chosen(InFlightRequest request) implements Choice {}

    /** The service is not running. */
    record Closed() implements Choice {}

    /** The service is gone. */
    record Gone() implements Choice {}

    /** No instance that was not tried can take the request now. */
    record NoInstance() implements Choice {}
}
