package dev.slipway.instance.client;

import java.time.Duration;

/**
 * The limits of a client.
 *
 * @param connect how long opening a connection may take, including its TLS handshake
 * @param pipelined the most open requests on one connection; 1 for one at a time
 * @param requestWindow the most bytes of open requests on one connection; a larger request is sent alone
 * @param responseWindow about how many bytes of an answer may wait for their reader; beyond that no more is read from the instance
 */
public record ClientLimits(Duration connect, int pipelined, long requestWindow, int responseWindow) {

    /** 2 s, one request at a time, an answer in pieces of 256 KiB. */
    public static final ClientLimits ONE_AT_A_TIME = new ClientLimits(Duration.ofSeconds(2), 1, 1 << 20, 256 << 10);

    public ClientLimits {
        if (!connect.isPositive() || pipelined < 1 || requestWindow < 1 || responseWindow < 1) {
            throw new IllegalArgumentException("client limits: expected all to be positive, found %s, %d, %d, %d"
                    .formatted(connect, pipelined, requestWindow, responseWindow));
        }
    }

    /** With this limit of open requests on one connection, and of their bytes. */
    public ClientLimits withPipeline(int requests, long bytes) {
        return new ClientLimits(connect, requests, bytes, responseWindow);
    }
}
