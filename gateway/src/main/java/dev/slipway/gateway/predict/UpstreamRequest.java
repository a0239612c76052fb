package dev.slipway.gateway.predict;

import dev.slipway.gateway.instance.UpstreamConnection;
import dev.slipway.gateway.route.Endpoint;
import dev.slipway.gateway.route.InFlightRequest;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/** A request to one instance: its connection and its counters. */
final class UpstreamRequest {

    private final UpstreamConnection connection;
    private final InFlightRequest inFlight;
    private @Nullable ChannelFuture lastWritten;

    UpstreamRequest(UpstreamConnection connection, InFlightRequest inFlight) {
        this.connection = connection;
        this.inFlight = inFlight;
    }

    UpstreamConnection connection() {
        return connection;
    }

    InFlightRequest inFlight() {
        return inFlight;
    }

    Endpoint endpoint() {
        return inFlight.endpoint();
    }

    /** Writes the head without flushing. The future tells whether it was written to the socket. */
    ChannelFuture writeHead(HttpRequest head) {
        ChannelFuture written = connection.write(head);
        lastWritten = written;
        return written;
    }

    /** Writes a part of the body without flushing; the part is always released. */
    void write(HttpContent part) {
        if (part instanceof LastHttpContent) {
            inFlight.wholeRequestGiven();
        }
        lastWritten = connection.write(part);
    }

    /** Whether everything written so far was sent. */
    boolean isWritten() {
        return lastWritten != null && lastWritten.isSuccess();
    }
}
