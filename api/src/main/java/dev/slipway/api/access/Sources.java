package dev.slipway.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The source of a request, for the login budget: the address of the connection; for IPv6 the /64 network, which usually belongs to one
 * user. Headers with other addresses are ignored, because anybody can write them.
 */
final class Sources {

    private static final int NETWORK_BYTES = 8;

    private Sources() {}

    static String of(HttpServletRequest request) {
        return of(request.getRemoteAddr());
    }

    /** @param address as written by the web server, never a name */
    static String of(String address) {
        try {
            return InetAddress.getByName(address) instanceof Inet6Address v6
                    ? HexFormat.of().formatHex(Arrays.copyOf(v6.getAddress(), NETWORK_BYTES))
                    : address;
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
