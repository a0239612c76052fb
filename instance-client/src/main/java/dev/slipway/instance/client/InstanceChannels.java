package dev.slipway.instance.client;

import dev.slipway.domain.instance.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens channels to instances with any kind of address. Safe for use by many threads. */
public final class InstanceChannels {

    private static final int HEADER_BYTES = 64 * 1024;
    private static final int LINE_BYTES = 16 * 1024;

    private final Bootstrap tcp;
    private final Bootstrap unixSocket;
    private final Duration limit;

    /**
     * @param loops on which the channels live
     * @param limit how long opening one may take, including its TLS handshake
     */
    public InstanceChannels(EventLoopGroup loops, Duration limit) {
        this.limit = limit;
        Bootstrap any = new Bootstrap()
                .group(loops)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(limit.toMillis()));
        this.tcp = any.clone().channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true);
        this.unixSocket = any.clone().channel(NioDomainSocketChannel.class);
    }

    /** Opens a channel with an HTTP/1.1 client codec; the caller adds the last handler. For its failure see {@link #isUnreachable}. */
    public Future<Channel> connect(Address address) {
        return switch (address) {
            case Address.Tcp port -> connectTcp(port.host(), port.port(), null);
            case Address.Tls tls ->
                connectTcp(
                        tls.host(),
                        tls.port(),
                        PinnedCertificate.context(tls.fingerprint())
                                .newHandler(ByteBufAllocator.DEFAULT, tls.host(), tls.port()));
            case Address.UnixSocket socket -> connectSocket(socket);
        };
    }

    private Future<Channel> connectSocket(Address.UnixSocket socket) {
        SslHandler tls = socket.fingerprint() == null
                ? null
                : PinnedCertificate.context(socket.fingerprint()).newHandler(ByteBufAllocator.DEFAULT);
        if (tls != null) {
            tls.setHandshakeTimeoutMillis(limit.toMillis());
        }
        return opened(
                unixSocket.clone().handler(new Initializer(tls)).connect(UnixDomainSocketAddress.of(socket.path())),
                tls);
    }

    private Future<Channel> connectTcp(String host, int port, @Nullable SslHandler tls) {
        if (tls != null) {
            tls.setHandshakeTimeoutMillis(limit.toMillis());
        }
        return opened(
                tcp.clone().handler(new Initializer(tls)).connect(InetSocketAddress.createUnresolved(host, port)), tls);
    }

    private static Future<Channel> opened(ChannelFuture connecting, @Nullable SslHandler tls) {
        Channel channel = connecting.channel();
        Promise<Channel> opened = channel.eventLoop().newPromise();
        connecting.addListener(done -> {
            if (!connecting.isSuccess()) {
                opened.setFailure(connecting.cause());
            } else if (tls == null) {
                opened.setSuccess(channel);
            } else {
                tls.handshakeFuture().addListener(shaken -> {
                    if (shaken.isSuccess()) {
                        opened.setSuccess(channel);
                    } else {
                        channel.close();
                        opened.setFailure(shaken.cause());
                    }
                });
            }
        });
        return opened;
    }

    /**
     * Whether a failure to open a channel is the other side's: nothing listens there, or its certificate is not trusted. Other failures,
     * such as a lack of file descriptors, say nothing about the instance.
     */
    public static boolean isUnreachable(Address address, Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof NoRouteToHostException
                || cause instanceof UnknownHostException
                || (isSecured(address) && cause instanceof SSLException)
                // There is no file of that name; the JDK has no more specific type.
                || (address instanceof Address.UnixSocket && cause instanceof SocketException);
    }

    private static boolean isSecured(Address address) {
        return address instanceof Address.Tls
                || (address instanceof Address.UnixSocket socket && socket.fingerprint() != null);
    }

    private static final class Initializer extends ChannelInitializer<Channel> {
        private final @Nullable SslHandler tls;

        Initializer(@Nullable SslHandler tls) {
            this.tls = tls;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (tls != null) {
                channel.pipeline().addLast(tls);
            }
            HttpDecoderConfig config = new HttpDecoderConfig()
                    .setMaxInitialLineLength(LINE_BYTES)
                    .setMaxHeaderSize(HEADER_BYTES)
                    .setMaxChunkSize(HEADER_BYTES);
            channel.pipeline().addLast(new StrictResponseDecoder(config)).addLast(new HttpRequestEncoder());
        }
    }
}
