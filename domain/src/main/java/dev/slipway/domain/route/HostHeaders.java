package dev.slipway.domain.route;

import java.util.List;

/**
 * Headers of an answer that change what a browser later does with every page of the host, which all services share, or make it ask its user
 * for a login to that host. They reach the caller only if the service names them.
 */
public final class HostHeaders {

    /** All of them, in their usual spelling. */
    public static final List<String> NAMES = List.of(
            "Set-Cookie",
            "Set-Cookie2",
            "WWW-Authenticate",
            "Strict-Transport-Security",
            "Alt-Svc",
            "Clear-Site-Data",
            "Public-Key-Pins",
            "Public-Key-Pins-Report-Only",
            "Expect-CT",
            "NEL",
            "Report-To",
            "Service-Worker-Allowed",
            "Accept-CH",
            "Critical-CH",
            "Origin-Agent-Cluster",
            "Set-Login",
            "Use-As-Dictionary");

    private HostHeaders() {}
}
