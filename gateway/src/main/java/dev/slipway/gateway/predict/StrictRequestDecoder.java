package dev.slipway.gateway.predict;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/** Refuses a request that gives its length in two ways, because two readers could see different requests in it (RFC 9112, 6.1). */
final class StrictRequestDecoder extends HttpRequestDecoder {

    private static final int LINE_BYTES = 16 * 1024;
    private static final int PIECE_BYTES = 64 * 1024;

    StrictRequestDecoder(int headerBytes) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(LINE_BYTES)
                .setMaxHeaderSize(headerBytes)
                .setMaxChunkSize(PIECE_BYTES));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
