package dev.slipway.gateway.predict;

import dev.slipway.gateway.route.ServiceRoute;
import io.netty.handler.codec.http.HttpRequest;

/**
 * A client's request whose head was accepted.
 *
 * @param id the request id that client and instance see
 */
record IncomingRequest(HttpRequest head, String id, Target target, ServiceRoute route) {

    String service() {
        return target.service();
    }

    /** Whether the client speaks HTTP/1.0: no chunks, no persistent connections by default. */
    boolean isHttp10() {
        return head.protocolVersion().minorVersion() == 0;
    }
}
