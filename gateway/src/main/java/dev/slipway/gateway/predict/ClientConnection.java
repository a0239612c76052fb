package dev.slipway.gateway.predict;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection: one request after the other. Requests sent ahead wait, unread as far as possible. All on its event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    /** How long a connection that is to end goes on reading, so that the last answer is not lost by a reset. */
    private static final Duration LINGER = Duration.ofSeconds(5);
    /** How long idle connections of a gateway that ends may still bring a request that was under way. */
    private static final Duration LAST_CALL = Duration.ofSeconds(1);

    private final PredictionLoop loop;
    private final Deque<Object> ahead = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange exchange;
    private boolean discarding;
    private boolean taking;
    private boolean held;
    private boolean ending;
    private long endingSince;
    private boolean draining;
    private long drainingSince;
    private boolean begun;
    private long since;
    private long lastRead;

    ClientConnection(PredictionLoop loop) {
        this.loop = loop;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        since = System.nanoTime();
        lastRead = since;
        loop.add(this);
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("the connection is not in a pipeline yet");
        }
        return known;
    }

    /** Bytes have arrived, before they make a whole head. */
    void bytesArrived() {
        lastRead = System.nanoTime();
        if (!begun && exchange == null) {
            begun = true;
            since = lastRead;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext reader, Object message) {
        if (ending) {
            ReferenceCountUtil.release(message);
            return;
        }
        ahead.add(message);
        takeWaiting();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reader) {
        if (exchange != null) {
            exchange.contentsEnded();
        }
    }

    private void takeWaiting() {
        // An answer that ends within handle() calls this again: the loop that runs already goes on instead.
        if (taking) {
            return;
        }
        taking = true;
        try {
            while (!ahead.isEmpty() && !ending && takesMore()) {
                handle(ahead.remove());
            }
        } finally {
            taking = false;
        }
        updateReading();
    }

    private boolean takesMore() {
        return exchange == null || !exchange.isComplete();
    }

    private void handle(Object message) {
        if (message instanceof HttpRequest request) {
            begin(request);
            if (message instanceof HttpContent brokenHead) {
                brokenHead.release();
            }
        } else if (message instanceof HttpContent content) {
            if (!content.decoderResult().isSuccess()) {
                content.release();
                refuseBroken(content.decoderResult().cause());
            } else if (exchange != null) {
                exchange.content(content);
            } else {
                boolean last = content instanceof LastHttpContent;
                content.release();
                if (discarding && last) {
                    discarding = false;
                    idle();
                }
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest request) {
        begun = true;
        since = System.nanoTime();
        String requestId = requestId();
        switch (loop.validator().judge(request)) {
            case RequestValidator.Verdict.Refused refused -> refuse(refused.refusal(), request, requestId, false);
            case RequestValidator.Verdict.Passed passed -> {
                exchange = new Exchange(this, loop, request, requestId, passed);
                if (HttpUtil.is100ContinueExpected(request)) {
                    goOn();
                }
            }
        }
    }

    private void refuseBroken(Throwable cause) {
        if (exchange != null) {
            exchange.broken(RequestValidator.malformed(cause));
        } else {
            end();
        }
    }

    private static String requestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return ByteBufUtil.hexDump(bytes);
    }

    private void goOn() {
        context()
                .writeAndFlush(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    boolean isDraining() {
        return draining;
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    void write(Object message) {
        context().write(message, context().voidPromise());
    }

    void flush() {
        context().flush();
    }

    /** Whether the exchange wants no more of the request for now. */
    void hold(boolean on) {
        held = on;
        updateReading();
    }

    private void updateReading() {
        boolean wanted = ending || (!held && ahead.isEmpty());
        if (context().channel().config().isAutoRead() != wanted) {
            context().channel().config().setAutoRead(wanted);
            lastRead = System.nanoTime();
        }
    }

    /** Answers with a refusal and ends the exchange. */
    void refuse(ErrorResponse refusal, HttpRequest request, String requestId, boolean bodyComplete) {
        // A client that was not told to go on may send its body or not: what follows could not be told apart.
        boolean close = draining
                || !HttpUtil.isKeepAlive(request)
                || !request.decoderResult().isSuccess()
                || HttpUtil.is100ContinueExpected(request)
                || refusal.equals(ErrorResponse.TOO_LARGE)
                || refusal.equals(ErrorResponse.TOO_SLOW)
                || (refusal.status().equals(HttpResponseStatus.BAD_REQUEST)
                        && refusal.code().startsWith("APIG"));
        byte[] json = refusal.json(requestId).getBytes(StandardCharsets.UTF_8);
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, refusal.status());
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, json.length)
                .set(Headers.REQUEST_ID, requestId);
        if (refusal.equals(ErrorResponse.WRONG_METHOD)) {
            response.headers().set(HttpHeaderNames.ALLOW, HttpMethod.POST.name());
        }
        if (close) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        write(response);
        ByteBuf body = context().alloc().buffer(json.length).writeBytes(json);
        if (HttpMethod.HEAD.equals(request.method())) {
            body.clear();
        }
        write(new DefaultLastHttpContent(body));
        done(close, bodyComplete);
    }

    /** The answer is written to its end. */
    void done(boolean close, boolean bodyComplete) {
        exchange = null;
        held = false;
        flush();
        if (close) {
            end();
            return;
        }
        discarding = !bodyComplete;
        if (bodyComplete) {
            idle();
        }
        takeWaiting();
        if (exchange != null) {
            exchange.contentsEnded();
        }
    }

    private void idle() {
        since = System.nanoTime();
        begun = false;
    }

    /** Answers no more: lets the client read what was written, then closes. */
    private void end() {
        if (ending) {
            return;
        }
        ending = true;
        endingSince = System.nanoTime();
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        ChannelHandlerContext known = context();
        known.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (known.channel() instanceof SocketChannel socket) {
                socket.shutdownOutput();
            }
        });
        updateReading();
    }

    /** Ends the connection in the middle of an answer, so that the client sees that it is not whole. */
    void cut() {
        exchange = null;
        // Where the end of the connection is the end of the answer only a reset tells.
        context().channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context().close();
    }

    /** Goes on only as far as what is open. */
    void drain() {
        draining = true;
        drainingSince = System.nanoTime();
    }

    /** Closes whatever is open. */
    void close() {
        context().close();
    }

    /** Looks at the clock. */
    void tick(long now) {
        Limits.ClientLimits limits = loop.limits().client();
        if (ending) {
            closeIf(now - endingSince > LINGER.toNanos());
        } else if (exchange != null) {
            exchange.tick(now, held);
            if (exchange != null && !exchange.isComplete() && !held) {
                boolean silent = now - lastRead > limits.silence().toNanos();
                if (silent || now - since > limits.upload().toNanos()) {
                    exchange.broken(ErrorResponse.TOO_SLOW);
                }
            }
        } else if (discarding) {
            closeIf(now - lastRead > limits.silence().toNanos()
                    || now - since > limits.upload().toNanos());
        } else if (draining) {
            closeIf(now - drainingSince > LAST_CALL.toNanos() && !begun);
            closeIf(now - drainingSince > limits.head().toNanos());
        } else {
            closeIf(now - since > (begun ? limits.head() : limits.idle()).toNanos());
        }
    }

    private void closeIf(boolean condition) {
        if (condition) {
            context().close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (exchange != null) {
            exchange.clientWritable(isWritable());
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        loop.remove(this);
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        ending = true;
        Exchange open = exchange;
        exchange = null;
        if (open != null) {
            open.abandoned();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
        if (!(cause instanceof IOException)) {
            // The edge of the connection: a bug must end this one, not the loop that all others share.
            LOG.error(
                    "connection ended by a failure client={}", broken.channel().remoteAddress(), cause);
        }
        broken.close();
    }
}
