package dev.slipway.workflows.connection;

import org.jspecify.annotations.Nullable;

/**
 * Where Temporal is.
 *
 * @param address host:port
 * @param tls how the connection is secured; null for one in the clear
 */
public record TemporalProperties(
        String address, String namespace, @Nullable TemporalTls tls) {

    /** In the clear. */
    public TemporalProperties(String address, String namespace) {
        this(address, namespace, null);
    }
}
