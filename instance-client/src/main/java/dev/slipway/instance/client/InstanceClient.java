package dev.slipway.instance.client;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.instance.client.NoWholeAnswer.How;
import io.netty.channel.Channel;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The HTTP/1.1 client for instances, used by batch jobs and health checks. Not java.net.http, which sometimes resends or loses a request
 * silently, while here it matters which request was cut. Safe for use by many threads.
 */
public final class InstanceClient implements AutoCloseable {

    private static final Duration END = Duration.ofSeconds(2);

    private final EventLoopGroup loops;
    private final InstanceChannels channels;
    private final ClientLimits limits;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private InstanceClient(EventLoopGroup loops, ClientLimits limits) {
        this.loops = loops;
        this.limits = limits;
        this.channels = new InstanceChannels(loops, limits.connect());
    }

    /** @param threads for input and output; started when first needed */
    public static InstanceClient start(int threads, ClientLimits limits) {
        return new InstanceClient(
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory("slipway-instances", true), NioIoHandler.newFactory()),
                limits);
    }

    /**
     * Opens a connection, or fails with {@link NoWholeAnswer} UNREACHABLE or NOT_SENT.
     *
     * @param instance that each request on it is for; answers of another instance are detected
     */
    public CompletableFuture<InstanceConnection> connect(InstanceId instance, Address address) {
        return opened(address, channel -> new InstanceConnection(instance, address, channel, limits));
    }

    /** The same for an instance that runs our own server, for requests in bulk. */
    public CompletableFuture<PipelinedConnection> connectPipelined(InstanceId instance, Address address) {
        return opened(address, channel -> new PipelinedConnection(instance, address, channel));
    }

    private <T> CompletableFuture<T> opened(Address address, Function<Channel, T> connection) {
        CompletableFuture<T> connected = new CompletableFuture<>();
        Future<Channel> connecting = channels.connect(address);
        connecting.addListener(done -> {
            if (!connecting.isSuccess()) {
                connected.completeExceptionally(refused(address, connecting.cause()));
                return;
            }
            Channel channel = connecting.getNow();
            open.add(channel);
            if (!connected.complete(connection.apply(channel))) {
                channel.close(); // no caller waits for it any more
            }
        });
        return connected;
    }

    private static NoWholeAnswer refused(Address address, Throwable cause) {
        boolean late = cause instanceof ConnectTimeoutException;
        How how = !late && InstanceChannels.isUnreachable(address, cause) ? How.UNREACHABLE : How.NOT_SENT;
        return new NoWholeAnswer(how, "no connection to %s: %s".formatted(address, cause.getMessage()), cause);
    }

    /** Closes all connections; open requests fail. */
    @Override
    public void close() {
        open.close().awaitUninterruptibly(END.toMillis());
        loops.shutdownGracefully(0, END.toMillis(), TimeUnit.MILLISECONDS);
    }
}
