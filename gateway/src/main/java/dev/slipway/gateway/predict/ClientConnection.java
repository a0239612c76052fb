package dev.slipway.gateway.predict;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
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
 * A client's connection, which handles one request after the other. Of pipelined requests some KB are read ahead, the rest waits unread. A
 * client that closes its half of the connection has gone: what it had asked for is given up. All calls on its event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    /** How long a connection reads on before it is closed, so that the last answer is not lost by a reset. */
    private static final Duration LINGER = Duration.ofSeconds(5);
    /** How long idle connections of a draining gateway stay open for a request that is already on its way. */
    private static final Duration LAST_REQUEST = Duration.ofSeconds(1);

    /** How much of pipelined requests is read before their turn. */
    private static final int MOST_AHEAD = 64 * 1024;
    /** What a head or a part of a body counts beside its bytes. */
    private static final int MESSAGE_BYTES = 1024;

    /** What the connection is doing. */
    private enum Phase {
        /** Nothing has arrived since the start or since the last request. */
        IDLE,
        /** Bytes have arrived, but not a whole head. */
        READING_HEAD,
        /** An exchange is open. */
        EXCHANGING,
        /** The request was answered before its end; the rest is read and dropped. */
        DISCARDING,
        /** The last answer is written; what the client still sends is read and dropped. */
        CLOSING
    }

    private final PredictionLoop loop;
    private final SocketChannel channel;
    private final Deque<Object> ahead = new ArrayDeque<>();
    private int aheadBytes;
    private Phase phase = Phase.IDLE;
    /** The start of the phase; while a request is read, the start of the request. */
    private long since = System.nanoTime();

    private long lastRead = since;
    private @Nullable Exchange exchange;
    private boolean handling;
    private boolean held;
    private @Nullable Long drainingSince;

    ClientConnection(PredictionLoop loop, SocketChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        loop.add(this);
    }

    /** Bytes have arrived; the head may not be complete yet. */
    void bytesArrived() {
        lastRead = System.nanoTime();
        if (phase == Phase.IDLE) {
            enter(Phase.READING_HEAD, lastRead);
        }
    }

    private void enter(Phase next, long begin) {
        phase = next;
        since = begin;
    }

    @Override
    public void channelRead(ChannelHandlerContext reader, Object message) {
        if (phase == Phase.CLOSING) {
            ReferenceCountUtil.release(message);
            return;
        }
        ahead.add(message);
        aheadBytes += sizeOf(message);
        handleWaiting();
    }

    private static int sizeOf(Object message) {
        return MESSAGE_BYTES
                + (message instanceof HttpContent content ? content.content().readableBytes() : 0);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext reader) {
        if (exchange != null) {
            exchange.contentsEnded();
        }
    }

    private void handleWaiting() {
        // An answer that ends within handle() calls this again; then the loop that is running continues.
        if (handling) {
            return;
        }
        handling = true;
        try {
            while (!ahead.isEmpty() && phase != Phase.CLOSING && takesMore()) {
                Object next = ahead.remove();
                aheadBytes -= sizeOf(next);
                handle(next);
            }
        } finally {
            handling = false;
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
                endBroken(content.decoderResult().cause());
            } else if (exchange != null) {
                exchange.content(content);
            } else {
                discard(content);
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void discard(HttpContent content) {
        content.release();
        if (phase == Phase.DISCARDING && content instanceof LastHttpContent) {
            enter(Phase.IDLE, System.nanoTime());
        }
    }

    private void begin(HttpRequest request) {
        enter(Phase.EXCHANGING, System.nanoTime());
        String requestId = requestId();
        switch (loop.validator().validate(request)) {
            case RequestValidator.Validation.Rejected rejected ->
                refuse(rejected.response(), request, requestId, false);
            case RequestValidator.Validation.OwnPath() -> {
                OwnPaths.Answer answer = loop.ownPaths().answer(request, isDraining());
                if (answer == null) {
                    refuse(ErrorResponse.ONLY_READ, request, requestId, false);
                } else {
                    answer(answer.status(), answer.json(), request, requestId, closes(request), null, false);
                }
            }
            case RequestValidator.Validation.Accepted accepted -> {
                exchange = new Exchange(
                        this, loop, new IncomingRequest(request, requestId, accepted.target(), accepted.route()));
                if (HttpUtil.is100ContinueExpected(request)) {
                    sendContinue();
                }
            }
        }
    }

    private void endBroken(Throwable cause) {
        if (exchange != null) {
            exchange.refuse(RequestValidator.malformedBody(cause));
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

    private void sendContinue() {
        channel.writeAndFlush(
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }

    boolean isDraining() {
        return drainingSince != null;
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    void write(Object message) {
        channel.write(message, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /** Stops or continues reading the request, for the exchange. */
    void hold(boolean on) {
        held = on;
        updateReading();
    }

    private void updateReading() {
        // Also with a request waiting: only who reads learns that the client has gone.
        boolean wanted = phase == Phase.CLOSING || (!held && aheadBytes < MOST_AHEAD);
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
            lastRead = System.nanoTime();
        }
    }

    /** Answers with the error response and ends the exchange. */
    void refuse(ErrorResponse error, HttpRequest request, String requestId, boolean bodyComplete) {
        RequestLog.refused(requestId, request, error);
        HttpMethod allowed = error.equals(ErrorResponse.WRONG_METHOD)
                ? HttpMethod.POST
                : error.equals(ErrorResponse.ONLY_READ) ? HttpMethod.GET : null;
        boolean close = closes(request) || error.endsConnection();
        answer(error.status(), error.json(requestId), request, requestId, close, allowed, bodyComplete);
    }

    private boolean closes(HttpRequest request) {
        // A client that got no 100 (Continue) may send its body or not, so what follows is ambiguous.
        return isDraining()
                || !HttpUtil.isKeepAlive(request)
                || !request.decoderResult().isSuccess()
                || HttpUtil.is100ContinueExpected(request);
    }

    private void answer(
            HttpResponseStatus status,
            String text,
            HttpRequest request,
            String requestId,
            boolean close,
            @Nullable HttpMethod allowed,
            boolean bodyComplete) {
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, json.length)
                .set(Headers.REQUEST_ID, requestId);
        if (allowed != null) {
            response.headers().set(HttpHeaderNames.ALLOW, allowed.name());
        }
        if (close) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        write(response);
        ByteBuf body = channel.alloc().buffer(json.length).writeBytes(json);
        if (HttpMethod.HEAD.equals(request.method())) {
            body.clear();
        }
        write(new DefaultLastHttpContent(body));
        done(close, bodyComplete);
    }

    /** The answer is written completely. */
    void done(boolean close, boolean bodyComplete) {
        exchange = null;
        held = false;
        flush();
        if (close) {
            end();
            return;
        }
        if (bodyComplete) {
            enter(Phase.IDLE, System.nanoTime());
        } else {
            enter(Phase.DISCARDING, since);
        }
        handleWaiting();
        if (exchange != null) {
            exchange.contentsEnded();
        }
    }

    /** Ends the connection after the last answer: lets the client read what was written, then closes. */
    private void end() {
        if (phase == Phase.CLOSING) {
            return;
        }
        enter(Phase.CLOSING, System.nanoTime());
        releaseAhead();
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> channel.shutdownOutput());
        updateReading();
    }

    private void releaseAhead() {
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
        aheadBytes = 0;
    }

    /** Ends the connection in the middle of an answer, so that the client sees that the answer is incomplete. */
    void cut() {
        exchange = null;
        // Where the end of the connection marks the end of the answer, only a reset shows that it is incomplete.
        channel.config().setSoLinger(0);
        channel.close();
    }

    /** Finishes the open request and takes no more. */
    void drain() {
        drainingSince = System.nanoTime();
    }

    /** Closes whatever is open. */
    void close() {
        channel.close();
    }

    /** Checks the time limits. */
    void tick(long now) {
        Limits.ClientTimeouts limits = loop.limits().client();
        switch (phase) {
            case IDLE -> closeIf(now - since > limits.idle().toNanos() || isDrained(now, LAST_REQUEST));
            case READING_HEAD -> closeIf(now - since > limits.head().toNanos() || isDrained(now, limits.head()));
            case EXCHANGING -> tickExchange(now);
            case DISCARDING -> closeIf(isTooSlow(now));
            case CLOSING -> closeIf(now - since > LINGER.toNanos());
        }
    }

    private boolean isDrained(long now, Duration limit) {
        return drainingSince != null && now - drainingSince > limit.toNanos();
    }

    private void tickExchange(long now) {
        if (exchange != null) {
            exchange.tick(now, held);
        }
        if (exchange != null && !exchange.isComplete() && !held && isTooSlow(now)) {
            exchange.refuse(ErrorResponse.TOO_SLOW);
        }
    }

    private boolean isTooSlow(long now) {
        Limits.ClientTimeouts limits = loop.limits().client();
        return now - lastRead > limits.silence().toNanos()
                || now - since > limits.upload().toNanos();
    }

    private void closeIf(boolean condition) {
        if (condition) {
            channel.close();
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
        releaseAhead();
        phase = Phase.CLOSING;
        Exchange open = exchange;
        exchange = null;
        if (open != null) {
            open.abandoned();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext broken, Throwable cause) {
        if (!(cause instanceof IOException)) {
            // The edge of the connection: a bug must end this connection, not the event loop that others share.
            LOG.error("connection ended by a failure client={}", channel.remoteAddress(), cause);
        }
        channel.close();
    }
}
