package dev.slipway.api.access;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Where a request comes from, as far as the budget of logins tells sources apart: the address of the connection, of IPv6 the /64
 * network that one user has to himself. What headers say of it is not believed: anybody can write them.
 */
final class Sources {

    private static final int NETWORK_BYTES = 8;

    private Sources() {}

    static String of(HttpServletRequest request) {
        return of(request.getRemoteAddr());
    }

    /** @param address as the web server writes it, never a name */
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
