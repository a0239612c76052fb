package dev.slipway.gateway.instance;

import dev.slipway.gateway.route.Endpoint;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks an ejected instance for {@code /health} twice a second and takes it back when it answers, with any status below 500 (an image
 * of a user's own may not know that path) but 421: another instance has its port.
 */
final class RecoveryProbe {

    private static final long EVERY_MILLIS = 500;
    private static final long ANSWER_MILLIS = 1_000;
    private static final int FIRST_BAD_STATUS = 500;

    private final Bootstrap bootstrap;
    private final EventLoop loop;

    RecoveryProbe(Bootstrap bootstrap, EventLoop loop) {
        this.bootstrap = bootstrap;
        this.loop = loop;
    }

    /** Probes until the instance answers or leaves the routes. */
    void start(Endpoint endpoint) {
        loop.schedule(() -> probe(endpoint), EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void probe(Endpoint endpoint) {
        if (endpoint.isRemoved() || loop.isShuttingDown()) {
            return;
        }
        ChannelFuture connecting = bootstrap.connect(UpstreamConnections.address(endpoint));
        connecting.addListener(done -> {
            if (connecting.isSuccess()) {
                ask(endpoint, connecting.channel());
            } else {
                start(endpoint);
            }
        });
    }

    private void ask(Endpoint endpoint, Channel channel) {
        channel.pipeline().addLast(new Answer(endpoint));
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/health");
        request.headers()
                .set(HttpHeaderNames.HOST, endpoint.address().toString())
                .set(UpstreamConnections.INSTANCE, endpoint.instance().toString())
                .set(HttpHeaderNames.CONNECTION, "close");
        channel.writeAndFlush(request);
        ScheduledFuture<?> limit = loop.schedule(() -> channel.close(), ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            limit.cancel(false);
            if (endpoint.isEjected()) {
                start(endpoint);
            }
        });
    }

    private static final class Answer extends ChannelInboundHandlerAdapter {
        private final Endpoint endpoint;

        Answer(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpResponse response
                    && response.decoderResult().isSuccess()
                    && response.status().code() < FIRST_BAD_STATUS
                    && !response.status().equals(HttpResponseStatus.MISDIRECTED_REQUEST)) {
                endpoint.readmit();
            }
            ReferenceCountUtil.release(message);
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // No answer is an answer too: it stays ejected and is asked again.
            context.close();
        }
    }
}
