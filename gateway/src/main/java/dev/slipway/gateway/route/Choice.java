package dev.slipway.gateway.route;

/** The result of choosing an instance of a service for a request. */
public sealed interface Choice {

    /** An instance is chosen, and the request counts as in flight to it. */
    record Chosen(InFlightRequest request) implements Choice {}

    /** The service is not running. */
    record Closed() implements Choice {}

    /** The service does not exist any more. */
    record Gone() implements Choice {}

    /** No instance is left that could take the request now. */
    record NoInstance() implements Choice {}
}
