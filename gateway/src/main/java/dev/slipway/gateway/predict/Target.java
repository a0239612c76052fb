package dev.slipway.gateway.predict;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The service and the path that a request addresses.
 *
 * @param rest path and query that the instance gets, as the client wrote them
 */
record Target(String service, String rest) {

    private static final String PREFIX = "/v1/infers/";
    private static final Pattern AUTHORITY = Pattern.compile("(?i)https?://([^/?#]*)");

    /** Null if the address is not that of a prediction. The absolute form, with scheme and host, means the same (RFC 9112, 3.2.2). */
    static @Nullable Target parse(String target) {
        String uri = withoutAuthority(target);
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

    /** The authority of an address in the absolute form; nothing of any other. */
    static Stream<String> authority(String target) {
        Matcher absolute = AUTHORITY.matcher(target);
        return absolute.lookingAt() ? Stream.of(absolute.group(1)) : Stream.empty();
    }

    /** The path and query of a request target that may have scheme and host; one without a host stays as it is. */
    static String withoutAuthority(String target) {
        Matcher absolute = AUTHORITY.matcher(target);
        return absolute.lookingAt() && !absolute.group(1).isEmpty() ? target.substring(absolute.end()) : target;
    }
}
