package dev.slipway.gateway.instance;

import dev.slipway.gateway.route.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/** The connections of one event loop to all instances, kept open between requests. All calls on that event loop. */
public final class UpstreamConnections {

    /** Who waits for a connection. */
    public interface Waiter {

        /** It has a connection now that nobody else uses. */
        void connected(UpstreamConnection connection);

        /** No connection could be opened: nothing was sent. */
        void refused(Throwable cause);
    }

    private static final int HEADER_BYTES = 64 * 1024;

    private final EventLoop loop;
    private final Bootstrap bootstrap;
    private final RecoveryProbe probe;
    private final long idleNanos;
    private final Map<Endpoint, Deque<UpstreamConnection>> idle = new HashMap<>();

    /**
     * @param connect how long opening one may take
     * @param idle how long one without request is kept: less than the shortest keep-alive of common servers (5 s), since one that the
     *     instance closes while we write is a failed request
     */
    public UpstreamConnections(EventLoop loop, Class<? extends SocketChannel> type, Duration connect, Duration idle) {
        this.loop = loop;
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(type)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connect.toMillis()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(codec());
                    }
                });
        this.probe = new RecoveryProbe(bootstrap.clone(), loop);
        this.idleNanos = idle.toNanos();
    }

    private static HttpClientCodec codec() {
        HttpDecoderConfig config = new HttpDecoderConfig()
                .setMaxInitialLineLength(16 * 1024)
                .setMaxHeaderSize(HEADER_BYTES)
                .setMaxChunkSize(HEADER_BYTES);
        return new HttpClientCodec(config, false, false);
    }

    /** Gives {@code waiter} an idle connection in this turn of the loop, or a fresh one as soon as it is open. */
    public void acquire(Endpoint endpoint, Waiter waiter) {
        Deque<UpstreamConnection> waiting = idle.get(endpoint);
        while (waiting != null && !waiting.isEmpty()) {
            UpstreamConnection latest = waiting.pop();
            if (latest.isOpen() && System.nanoTime() - latest.idleSince() < idleNanos) {
                // That the instance closed it may have arrived together with the request: the loop handles that first.
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
        ChannelFuture connecting = bootstrap.connect(address(endpoint));
        connecting.addListener(done -> {
            if (connecting.isSuccess()) {
                Channel channel = connecting.channel();
                UpstreamConnection fresh = new UpstreamConnection(endpoint, channel, this);
                channel.pipeline().addLast(fresh);
                waiter.connected(fresh);
                return;
            }
            ejectIfUnreachable(endpoint, connecting.cause());
            waiter.refused(connecting.cause());
        });
    }

    static InetSocketAddress address(Endpoint endpoint) {
        return InetSocketAddress.createUnresolved(
                endpoint.address().host(), endpoint.address().port());
    }

    private void ejectIfUnreachable(Endpoint endpoint, Throwable cause) {
        // Only what tells of the instance: without descriptors of our own every one would look dead.
        boolean unreachable = cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || cause instanceof UnknownHostException;
        if (unreachable) {
            eject(endpoint);
        }
    }

    /** Leaves the instance out until it answers again. */
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

    /** Closes what was idle for too long or leads to an instance that was removed from the routes. To be called now and then. */
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
