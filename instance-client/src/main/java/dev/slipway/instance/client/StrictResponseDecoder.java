package dev.slipway.instance.client;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Refuses answers that are not HTTP/1.x or whose status no client knows: such an answer gets a failed decoder result. */
final class StrictResponseDecoder extends HttpResponseDecoder {

    StrictResponseDecoder(HttpDecoderConfig config) {
        super(config);
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        if (!HttpLine.isVersion1(initialLine[0]) || !HttpLine.isStatus(initialLine[1])) {
            throw new IllegalArgumentException(
                    "expected the line of an answer of HTTP/1.x with a status of 100 to 599");
        }
        return super.createMessage(initialLine);
    }
}
