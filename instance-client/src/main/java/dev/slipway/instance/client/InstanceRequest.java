package dev.slipway.instance.client;

import java.util.List;
import java.util.Map;

/**
 * A request to an instance, which may be sent any number of times. {@code Host}, {@code Content-Length} and the instance's name are added
 * when it is sent.
 *
 * @param target path and query, without blanks
 * @param headers without line breaks in their values
 * @param body its pieces in order; must not be changed while it is sent
 */
public record InstanceRequest(String method, String target, Map<String, String> headers, List<byte[]> body) {

    public InstanceRequest {
        headers = Map.copyOf(headers);
        body = List.copyOf(body);
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("target '%s': expected one that begins with '/'".formatted(target));
        }
    }

    /** A request without headers and body. */
    public static InstanceRequest get(String target) {
        return new InstanceRequest("GET", target, Map.of(), List.of());
    }

    /** A question of the platform, to which the runtime of packages answers itself. No caller's request can be one. */
    public static InstanceRequest probe(String target) {
        return new InstanceRequest(
                "GET", target, Map.of(InstanceHeader.PROBE.toString(), InstanceHeader.OF_THE_PLATFORM), List.of());
    }

    /** Bytes of the body. */
    public long length() {
        return body.stream().mapToLong(piece -> piece.length).sum();
    }
}
