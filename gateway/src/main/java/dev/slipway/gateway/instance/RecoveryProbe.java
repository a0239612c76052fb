package dev.slipway.gateway.instance;

import dev.slipway.gateway.route.Endpoint;
import dev.slipway.instance.client.InstanceChannels;
import dev.slipway.instance.client.InstanceHeader;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Asks an ejected instance for {@code /health} twice a second and readmits it when it answers, with any status below 500 (an image of a
 * user's own may not know that path). A status of 421 with the name of another
 * instance does not count: that one has the port now.
 */
final class RecoveryProbe {

    private static final long INTERVAL_MILLIS = 500;
    private static final long TIMEOUT_MILLIS = 1_000;
    private static final int FIRST_BAD_STATUS = 500;

    private final InstanceChannels channels;
    private final EventLoop loop;

    RecoveryProbe(InstanceChannels channels, EventLoop loop) {
        this.channels = channels;
        this.loop = loop;
    }

    /** Probes until the instance answers or is removed from the routes. */
    void start(Endpoint endpoint) {
        loop.schedule(() -> probe(endpoint), INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void probe(Endpoint endpoint) {
        if (endpoint.isRemoved() || loop.isShuttingDown()) {
            return;
        }
        Future<Channel> connecting = channels.connect(endpoint.address());
        connecting.addListener(done -> {
            if (connecting.isSuccess()) {
                ask(endpoint, connecting.getNow());
            } else {
                start(endpoint);
            }
        });
    }

    private void ask(Endpoint endpoint, Channel channel) {
        channel.pipeline().addLast(new AnswerHandler(endpoint));
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/health");
        request.headers().set(HttpHeaderNames.CONNECTION, "close");
        InstanceHeader.set(request.headers(), endpoint.instance(), endpoint.address());
        InstanceHeader.setProbe(request);
        channel.writeAndFlush(request);
        ScheduledFuture<?> limit = loop.schedule(() -> channel.close(), TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> {
            limit.cancel(false);
            if (endpoint.isEjected()) {
                start(endpoint);
            }
        });
    }

    private static final class AnswerHandler extends ChannelInboundHandlerAdapter {
        private final Endpoint endpoint;

        AnswerHandler(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpResponse response
                    && response.decoderResult().isSuccess()
                    && response.status().code() < FIRST_BAD_STATUS
                    && !InstanceHeader.isRefusedByAnother(response, endpoint.instance())) {
                endpoint.readmit();
            }
            ReferenceCountUtil.release(message);
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Without an answer it stays ejected and is asked again.
            context.close();
        }
    }
}
