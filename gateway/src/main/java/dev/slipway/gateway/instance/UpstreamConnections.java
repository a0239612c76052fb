package dev.slipway.gateway.instance;

import dev.slipway.gateway.route.Endpoint;
import dev.slipway.instance.client.InstanceChannels;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** The connections of one event loop to all instances, kept open between requests. All calls on that event loop. */
public final class UpstreamConnections {

    /** Waits for a connection. */
    public interface Waiter {

        /** A connection is there, for this waiter alone. */
        void connected(UpstreamConnection connection);

        /** No connection could be opened: nothing was sent. */
        void refused(Throwable cause);
    }

    private final EventLoop loop;
    private final InstanceChannels channels;
    private final RecoveryProbe probe;
    private final long idleNanos;
    private final Map<Endpoint, Deque<UpstreamConnection>> idle = new HashMap<>();

    /**
     * @param connect how long opening one may take
     * @param idle how long a connection without a request is kept: less than the shortest keep-alive of common servers (5 s), because a
     *     request fails if the instance closes the connection while it is written
     */
    public UpstreamConnections(EventLoop loop, Duration connect, Duration idle) {
        this.loop = loop;
        this.channels = new InstanceChannels(loop, connect);
        this.probe = new RecoveryProbe(channels, loop);
        this.idleNanos = idle.toNanos();
    }

    /** Gives {@code waiter} an idle connection in this turn of the event loop, or a new one as soon as it is open. */
    public void acquire(Endpoint endpoint, Waiter waiter) {
        Deque<UpstreamConnection> waiting = idle.get(endpoint);
        while (waiting != null && !waiting.isEmpty()) {
            UpstreamConnection latest = waiting.pop();
            if (latest.isOpen() && System.nanoTime() - latest.idleSince() < idleNanos) {
                // The close by the instance may have arrived together with the request, so that event is handled first.
                loop.execute(() -> useOrAcquire(latest, waiter));
                return;
            }
            latest.close();
        }
        open(endpoint, waiter);
    }

    private void useOrAcquire(UpstreamConnection kept, Waiter waiter) {
        if (kept.isOpen()) {
            waiter.connected(kept);
        } else {
            acquire(kept.endpoint(), waiter);
        }
    }

    private void open(Endpoint endpoint, Waiter waiter) {
        Future<Channel> connecting = channels.connect(endpoint.address());
        connecting.addListener(done -> {
            if (connecting.isSuccess()) {
                Channel channel = connecting.getNow();
                UpstreamConnection fresh = new UpstreamConnection(endpoint, channel, this);
                channel.pipeline().addLast(fresh);
                waiter.connected(fresh);
                return;
            }
            if (InstanceChannels.isUnreachable(endpoint.address(), connecting.cause())) {
                eject(endpoint);
            }
            waiter.refused(connecting.cause());
        });
    }

    /** Sends the instance no requests until it answers again. */
    public void eject(Endpoint endpoint) {
        if (endpoint.eject()) {
            probe.start(endpoint);
        }
    }

    void keep(UpstreamConnection connection) {
        if (connection.isOpen() && !connection.endpoint().isRemoved()) {
            idle.computeIfAbsent(connection.endpoint(), endpoint -> new ArrayDeque<>())
                    .push(connection);
        } else {
            connection.close();
        }
    }

    void lost(UpstreamConnection connection) {
        Deque<UpstreamConnection> waiting = idle.get(connection.endpoint());
        if (waiting != null) {
            waiting.remove(connection);
        }
    }

    /** Closes connections that were idle for too long and those to instances that were removed from the routes. Called now and then. */
    public void sweep() {
        long now = System.nanoTime();
        Iterator<Map.Entry<Endpoint, Deque<UpstreamConnection>>> all =
                idle.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<Endpoint, Deque<UpstreamConnection>> entry = all.next();
            Deque<UpstreamConnection> waiting = entry.getValue();
            boolean left = entry.getKey().isRemoved();
            while (!waiting.isEmpty() && (left || now - waiting.getLast().idleSince() >= idleNanos)) {
                waiting.removeLast().close();
            }
            if (waiting.isEmpty()) {
                all.remove();
            }
        }
    }
}
