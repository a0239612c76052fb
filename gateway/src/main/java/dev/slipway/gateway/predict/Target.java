package dev.slipway.gateway.predict;

import org.jspecify.annotations.Nullable;

/**
 * The service and the path that a request addresses.
 *
 * @param rest path and query that the instance gets, as the client wrote them
 */
record Target(String service, String rest) {

    private static final String PREFIX = "/v1/infers/";

    /** Null if the address is not that of a prediction. */
    static @Nullable Target parse(String uri) {
        if (!uri.startsWith(PREFIX)) {
            return null;
        }
        int end = PREFIX.length();
        while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
            end++;
        }
        if (end == PREFIX.length()) {
            return null;
        }
        String behind = uri.substring(end);
        return new Target(uri.substring(PREFIX.length(), end), behind.startsWith("/") ? behind : "/" + behind);
    }
}
