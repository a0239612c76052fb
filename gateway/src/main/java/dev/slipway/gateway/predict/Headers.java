package dev.slipway.gateway.predict;

import dev.slipway.domain.route.HostHeaders;
import dev.slipway.gateway.route.Endpoint;
import dev.slipway.instance.client.InstanceHeader;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The headers that pass the gateway: all except those of one connection and those that are a client's secret. */
final class Headers {

    static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");

    static final AsciiString AUTH_TOKEN = AsciiString.cached("x-auth-token");
    static final String SIGNATURE = "SDK-HMAC-SHA256";

    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
    private static final List<CharSequence> OF_ONE_CONNECTION = List.of(
            HttpHeaderNames.CONNECTION,
            KEEP_ALIVE,
            PROXY_CONNECTION,
            HttpHeaderNames.PROXY_AUTHENTICATE,
            HttpHeaderNames.PROXY_AUTHORIZATION,
            HttpHeaderNames.TE,
            HttpHeaderNames.TRAILER,
            HttpHeaderNames.TRANSFER_ENCODING,
            HttpHeaderNames.UPGRADE);
    // Headers of framing and addressing stay even if the sender names them in Connection.
    private static final List<String> NEVER_NAMED =
            List.of("content-length", "host", "x-request-id", "x-slipway-instance");

    /** Headers with a credential of the platform, with hyphens for underscores. */
    private static final Set<String> CREDENTIALS = Set.of(
            "authorization",
            "proxy-authorization",
            "x-auth-token",
            "x-subject-token",
            "x-security-token",
            "x-service-token",
            "x-apig-appcode",
            "x-apig-app-code",
            "x-api-appcode",
            "x-api-app-code",
            "x-apig-appkey",
            "x-apig-app-key",
            "x-auth-key",
            "api-key",
            "apikey",
            "app-key",
            "appkey",
            "x-appkey",
            "app-code",
            "appcode",
            "x-appcode");

    private Headers() {}

    /**
     * Adapts a client's headers for an instance. Model code never sees credentials of its caller, and no caller speaks with the platform's
     * headers.
     */
    static void toInstance(HttpHeaders headers, Endpoint endpoint, String requestId) {
        removeOfOneConnection(headers);
        headers.remove(HttpHeaderNames.EXPECT);
        removeCredentials(headers);
        InstanceHeader.removeAll(headers);
        InstanceHeader.set(headers, endpoint.instance(), endpoint.address());
        headers.set(REQUEST_ID, requestId);
    }

    private static void removeCredentials(HttpHeaders headers) {
        List<String> secret = headers.names().stream()
                .filter(name ->
                        CREDENTIALS.contains(name.toLowerCase(Locale.ROOT).replace('_', '-')))
                .toList();
        secret.forEach(headers::remove);
    }

    /**
     * Adapts an instance's headers for the client. A model does not speak for the host, which it shares with all others, but by
     * the headers that its service allows.
     */
    static void toClient(HttpHeaders headers, List<String> allowed, String requestId) {
        removeOfOneConnection(headers);
        InstanceHeader.removeAll(headers);
        for (String name : HostHeaders.NAMES) {
            if (!allowed.contains(name)) {
                headers.remove(name);
            }
        }
        headers.set(REQUEST_ID, requestId);
    }

    private static void removeOfOneConnection(HttpHeaders headers) {
        for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : value.split(",", -1)) {
                String named = name.strip().toLowerCase(Locale.ROOT);
                if (!named.isEmpty() && !NEVER_NAMED.contains(named)) {
                    headers.remove(named);
                }
            }
        }
        OF_ONE_CONNECTION.forEach(headers::remove);
    }
}
