package dev.slipway.gateway.predict;

import io.netty.util.NetUtil;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host and the port that a request names (RFC 3986, 3.2). Of a host name only the characters of DNS and the underscore are known: what
 * else the grammar allows, such as a comma, is read by others as two hosts.
 */
final class Authority {

    private static final Pattern FORM =
            Pattern.compile("(?:\\[(?<six>[0-9A-Fa-f:.]+)]|(?<name>[A-Za-z0-9._-]{1,255}))(?::(?<port>[0-9]{0,5}))?");
    private static final int HIGHEST_PORT = 65_535;

    private Authority() {}

    /** Whether it is a host name, an IPv4 address or an IPv6 address in brackets, with or without a port. */
    static boolean isValid(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return false;
        }
        String six = parts.group("six");
        String port = parts.group("port");
        return (six == null || NetUtil.isValidIpV6Address(six))
                && (port == null || port.isEmpty() || Integer.parseInt(port) <= HIGHEST_PORT);
    }
}
