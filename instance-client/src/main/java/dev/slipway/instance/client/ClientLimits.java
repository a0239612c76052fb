package dev.slipway.instance.client;

import java.time.Duration;

/**
 * What a client bears.
 *
 * @param connect opening a connection, its TLS handshake included
 * @param pipelined requests on one connection that have no answer yet, at most; 1 for one at a time
 * @param requestWindow bytes of requests on one connection that have no answer yet; one that is larger goes alone
 * @param responseWindow bytes of an answer that wait for their reader, about; beyond it no more is taken from the instance
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

    /** With so many requests on one connection that have no answer yet, of so many bytes together. */
    public ClientLimits withPipeline(int requests, long bytes) {
        return new ClientLimits(connect, requests, bytes, responseWindow);
    }
}
