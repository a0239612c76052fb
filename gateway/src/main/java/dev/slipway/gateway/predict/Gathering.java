package dev.slipway.gateway.predict;

import io.netty.handler.codec.http.HttpContent;

/**
 * Reads the beginning of the request's body before an instance is chosen, so that a small request reaches the instance at once, however
 * slow its client is. If the limit is that of a whole body, no instance is chosen before the whole body has arrived. A later phase that
 * needs the body belongs between this one and the next.
 */
final class Gathering extends ExchangeState {

    private final Exchange exchange;

    Gathering(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    ExchangePhase phase() {
        return ExchangePhase.GATHERING;
    }

    @Override
    void requestPart(HttpContent part) {
        RequestBody body = exchange.body();
        body.gather(part);
        if (body.isComplete() || body.received() >= exchange.limits().gatheredBytes()) {
            exchange.hold(true);
            exchange.become(new Choosing(exchange, new TriedInstances(), null));
        }
    }
}
