package dev.slipway.gateway.predict;

import dev.slipway.domain.access.TokenSigner;
import dev.slipway.gateway.route.RouteCache;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Takes prediction requests from clients. It is bound at once and accepts connections after {@link #accept}. */
public final class PredictionServer {

    private static final int HEADER_BYTES = 64 * 1024;
    private static final int WAITING_CONNECTIONS = 1024;

    private final EventLoopGroup loops;
    private final Map<EventExecutor, PredictionLoop> predictionLoops = new HashMap<>();
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Limits limits;
    private final Channel listening;

    private PredictionServer(String host, int port, RouteCache routes, TokenSigner tokens, Limits limits, int threads) {
        this.limits = limits;
        this.loops = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("slipway-gateway", true), NioIoHandler.newFactory());
        RequestValidator validator = new RequestValidator(
                routes,
                new Authenticators(List.of(new TokenAuthenticator(tokens), new SignatureAuthenticator())),
                limits);
        loops.forEach(loop -> predictionLoops.put(
                loop, new PredictionLoop((EventLoop) loop, validator, new OwnPaths(routes), limits)));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, WAITING_CONNECTIONS)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        init(channel);
                    }
                });
        ChannelFuture binding = bootstrap.bind(host, port).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            // The failure itself may be a checked exception, which no caller expects.
            throw new IllegalStateException(
                    "cannot listen on %s:%d: %s".formatted(host, port, binding.cause()), binding.cause());
        }
        this.listening = binding.channel();
    }

    /**
     * Binds the address; {@code port} 0 takes any free one.
     *
     * @throws IllegalStateException if it is no address of this machine, or another process listens there
     */
    public static PredictionServer bind(
            String host, int port, RouteCache routes, TokenSigner tokens, Limits limits, int threads) {
        return new PredictionServer(host, port, routes, tokens, limits, threads);
    }

    private void init(SocketChannel channel) {
        PredictionLoop loop = Objects.requireNonNull(predictionLoops.get(channel.eventLoop()), "loop");
        ClientConnection connection = new ClientConnection(loop, channel);
        channel.pipeline()
                .addLast(new BytesReceivedHandler(connection))
                .addLast(new StrictRequestDecoder(HEADER_BYTES))
                .addLast(new HttpResponseEncoder())
                .addLast(connection);
        clients.add(channel);
    }

    /** The bound address. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** Accepts connections, also those that were waiting since it was bound. */
    public void accept() {
        listening.config().setAutoRead(true);
    }

    /**
     * Takes no new connections, answers open requests with {@code Connection: close}, and returns when the last client has gone. Clients
     * that are left after the limit are cut.
     */
    public void drain() {
        predictionLoops.values().forEach(PredictionLoop::drain);
        // Once a new connection is refused, all open ones must already be draining.
        awaitLoops();
        listening.close().syncUninterruptibly();
        if (!clients.newCloseFuture().awaitUninterruptibly(limits.drain().toMillis())) {
            predictionLoops.values().forEach(PredictionLoop::closeAll);
            clients.close().awaitUninterruptibly();
        }
        // Each loop may still have work for clients that have gone. After that nothing is in flight.
        awaitLoops();
    }

    private void awaitLoops() {
        loops.forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
    }

    /** Ends the threads. */
    public void close() {
        Duration limit = Duration.ofSeconds(5);
        loops.shutdownGracefully(0, limit.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly(limit.toMillis());
    }
}
