package dev.slipway.gateway.predict;

import io.netty.handler.codec.http.HttpContent;

/**
 * Reads the beginning of the request's body before an instance is chosen, so that a small request reaches it at once, however slow its
 * client. Where the limit is that of a whole body nothing is chosen before it has all arrived: what has to see a body goes between
 * this phase and the next.
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
