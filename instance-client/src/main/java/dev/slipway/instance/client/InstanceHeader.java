package dev.slipway.instance.client;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.MisdirectedRequest;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;

/** The header that names the instance which a request is for, and the rule of 421 that goes with it. */
public final class InstanceHeader {

    public static final AsciiString NAME = AsciiString.cached(MisdirectedRequest.HEADER);

    private InstanceHeader() {}

    /** Adds the name of the addressed instance. */
    public static void set(HttpRequest request, InstanceId meant) {
        request.headers().set(NAME, meant.toString());
    }

    /** Whether another instance has refused the request without handling it; the addressed one has ended. */
    public static boolean isRefusedByAnother(HttpResponse response, InstanceId meant) {
        return MisdirectedRequest.isRefusedByAnother(
                response.status().code(), response.headers().get(NAME), meant);
    }
}
