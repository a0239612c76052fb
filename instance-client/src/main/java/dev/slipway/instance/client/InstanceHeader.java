package dev.slipway.instance.client;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.MisdirectedRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;

/** The headers that address a request to one instance, and the rule of 421 that goes with them. */
public final class InstanceHeader {

    public static final AsciiString NAME = AsciiString.cached(MisdirectedRequest.HEADER);

    /** The header with the secret of an instance that has no sandbox. */
    public static final AsciiString SECRET = AsciiString.cached("X-Slipway-Secret");

    private InstanceHeader() {}

    /** Addresses a request: sets the host, the name of the instance, and its secret if it has one; removes any other secret. */
    public static void set(HttpHeaders headers, InstanceId meant, Address address) {
        headers.set(HttpHeaderNames.HOST, address.authority());
        headers.set(NAME, meant.toString());
        headers.remove(SECRET);
        if (address instanceof Address.UnixSocket socket && socket.secret() != null) {
            headers.set(SECRET, socket.secret());
        }
    }

    /** Whether another instance has refused the request without handling it; the addressed one has ended. */
    public static boolean isRefusedByAnother(HttpResponse response, InstanceId meant) {
        return MisdirectedRequest.isRefusedByAnother(
                response.status().code(), response.headers().get(NAME), meant);
    }
}
