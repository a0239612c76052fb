package dev.slipway.gateway;

import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.access.TokenKey;
import dev.slipway.gateway.predict.Limits;
import java.nio.file.Path;

/**
 * Settings of a gateway.
 *
 * @param port 0 for any free one
 * @param data folder of this installation on this machine; it contains the gateway's identity and its copy of the routes
 * @param database of the routes, with a role that may read nothing else
 * @param tokenKey the installation's
 * @param threads that carry requests
 */
public record GatewayProperties(
        String host, int port, Path data, DatabaseProperties database, TokenKey tokenKey, Limits limits, int threads) {

    public GatewayProperties {
        if (threads < 1) {
            throw new IllegalArgumentException("gateway threads: expected at least 1, found " + threads);
        }
    }

    /** With the default limits and a thread for each core. */
    public static GatewayProperties of(
            String host, int port, Path data, DatabaseProperties database, TokenKey tokenKey) {
        return new GatewayProperties(
                host,
                port,
                data,
                database,
                tokenKey,
                Limits.defaults(),
                Runtime.getRuntime().availableProcessors());
    }

    public GatewayProperties withLimits(Limits other) {
        return new GatewayProperties(host, port, data, database, tokenKey, other, threads);
    }
}
