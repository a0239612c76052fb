package dev.slipway.gateway.predict;

import io.netty.handler.codec.http.HttpContent;

/** Nothing more happens. */
final class Ended extends ExchangeState {

    @Override
    ExchangePhase phase() {
        return ExchangePhase.ENDED;
    }

    @Override
    void requestPart(HttpContent part) {
        part.release();
    }
}
