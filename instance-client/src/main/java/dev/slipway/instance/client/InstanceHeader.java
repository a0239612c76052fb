package dev.slipway.instance.client;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.MisdirectedRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The headers between platform and instances: which instance a request is for, with the rule of 421, and whose request it is. */
public final class InstanceHeader {

    public static final AsciiString NAME = AsciiString.cached(MisdirectedRequest.HEADER);

    /** The header with the secret of an instance that has no sandbox. */
    public static final AsciiString SECRET = AsciiString.cached("X-Slipway-Secret");

    /** Marks a request of the platform, such as a health check: the runtime answers its own paths to these alone. */
    public static final AsciiString PROBE = AsciiString.cached("X-Slipway-Probe");

    /** The value of {@link #PROBE}. */
    public static final String OF_THE_PLATFORM = "1";

    private static final String OURS = "x-slipway-";

    private InstanceHeader() {}

    /** The headers that address a request: the host, the name of the instance, and its secret if it has one. */
    static Map<String, String> addressing(InstanceId meant, Address address) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Host", address.authority());
        headers.put(NAME.toString(), meant.toString());
        if (address instanceof Address.UnixSocket socket && socket.secret() != null) {
            headers.put(SECRET.toString(), socket.secret());
        }
        return headers;
    }

    /** Addresses a request: sets the host, the name of the instance, and its secret if it has one; removes any other secret. */
    public static void set(HttpHeaders headers, InstanceId meant, Address address) {
        headers.remove(SECRET);
        addressing(meant, address).forEach(headers::set);
    }

    /** Removes all headers that only the platform may send, in any spelling, also with underscores. */
    public static void removeAll(HttpHeaders headers) {
        List<String> forged = new ArrayList<>();
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().replace('_', '-').regionMatches(true, 0, OURS, 0, OURS.length())) {
                forged.add(header.getKey());
            }
        }
        forged.forEach(headers::remove);
    }

    /** Marks a request as one of the platform. */
    public static void setProbe(HttpRequest request) {
        request.headers().set(PROBE, OF_THE_PLATFORM);
    }

    /** Whether another instance has refused the request without handling it; the addressed one has ended. */
    public static boolean isRefusedByAnother(HttpResponse response, InstanceId meant) {
        return MisdirectedRequest.isRefusedByAnother(
                response.status().code(), response.headers().get(NAME), meant);
    }
}
