package dev.slipway.gateway.predict;

import dev.slipway.instance.client.HttpLine;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Refuses what two readers could take for different requests: a length given in two ways (RFC 9112, 6.1), and a version that is not written
 * in capitals (2.3).
 */
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
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
        if (!HttpLine.isVersion1(initialLine[2])) {
            throw new UnknownVersion();
        }
        return super.createMessage(initialLine);
    }

    /** The version of a request is none of HTTP/1.x. */
    static final class UnknownVersion extends IllegalArgumentException {
        private static final long serialVersionUID = 1;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
