package dev.slipway.instance.client;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.instance.client.NoWholeAnswer.How;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one instance, kept alive between requests. Requests are sent and answered in order, with as many open at once as {@link
 * ClientLimits} allows. A request that ends without an answer ends the connection. Safe for use by many threads; its owner closes it.
 */
public final class InstanceConnection implements AutoCloseable {

    private final InstanceId instance;
    private final Address address;
    private final Channel channel;
    private final ClientLimits limits;

    // On the event loop only.
    private final Deque<OpenRequest> waiting = new ArrayDeque<>();
    private final Deque<OpenRequest> sent = new ArrayDeque<>();
    private long sentBytes;
    private @Nullable BodyWriter writer;
    private boolean informational;

    private volatile boolean ended;

    InstanceConnection(InstanceId instance, Address address, Channel channel, ClientLimits limits) {
        this.instance = instance;
        this.address = address;
        this.channel = channel;
        this.limits = limits;
        channel.pipeline().addLast(new Handler());
    }

    /** Whether it can take another request, as far as is known. */
    public boolean isOpen() {
        return !ended && channel.isActive();
    }

    /**
     * Sends the request after the earlier ones. The future completes with the answer as soon as its head has arrived, or fails with {@link
     * NoWholeAnswer}.
     *
     * @param limit from now until the whole answer has arrived
     */
    public CompletableFuture<InstanceResponse> send(InstanceRequest request, Duration limit) {
        OpenRequest exchange = new OpenRequest(request, limit);
        try {
            channel.eventLoop().execute(() -> begin(exchange));
        } catch (RejectedExecutionException clientIsClosed) {
            exchange.fail(new NoWholeAnswer(How.NOT_SENT, "the client has been closed", clientIsClosed));
        }
        return exchange.response;
    }

    /** Closes it; open requests fail. */
    @Override
    public void close() {
        ended = true;
        channel.close();
    }

    private void begin(OpenRequest exchange) {
        if (ended || !channel.isActive()) {
            exchange.fail(new NoWholeAnswer(How.NOT_SENT, "the connection to %s has ended".formatted(instance)));
            return;
        }
        exchange.timer =
                channel.eventLoop().schedule(() -> timeOut(exchange), exchange.limit.toNanos(), TimeUnit.NANOSECONDS);
        waiting.add(exchange);
        sendNext();
    }

    private void sendNext() {
        while (writer == null && hasTurn(waiting.peekFirst())) {
            OpenRequest next = waiting.removeFirst();
            sent.add(next);
            sentBytes += next.request.length();
            writeHead(next.request);
            writer = new BodyWriter(next.request.body());
            writeBody();
        }
    }

    private boolean hasTurn(@Nullable OpenRequest next) {
        if (next == null) {
            return false;
        }
        return sent.isEmpty()
                || (sent.size() < limits.pipelined() && sentBytes + next.request.length() <= limits.requestWindow());
    }

    private void writeHead(InstanceRequest request) {
        HttpRequest head =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.target());
        request.headers().forEach(head.headers()::set);
        InstanceHeader.set(head.headers(), instance, address);
        long length = request.length();
        if (length > 0 || !request.method().equals("GET")) {
            HttpUtil.setContentLength(head, length);
        }
        write(head);
    }

    /** Writes as much as the channel accepts now, so that the rest of a large body does not fill its buffers. */
    private void writeBody() {
        BodyWriter current = writer;
        while (current != null && channel.isWritable()) {
            byte[] piece = current.piece();
            if (piece == null) {
                writer = null;
                write(LastHttpContent.EMPTY_LAST_CONTENT);
                break;
            }
            write(new DefaultHttpContent(Unpooled.wrappedBuffer(piece, current.offset(), current.advance())));
        }
        channel.flush();
    }

    private void write(HttpObject part) {
        channel.write(part).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private void timeOut(OpenRequest exchange) {
        long seconds = exchange.limit.toSeconds();
        if (waiting.remove(exchange)) {
            exchange.fail(new NoWholeAnswer(How.NOT_SENT, "it was not its turn for %d s".formatted(seconds)));
        } else if (exchange == sent.peekFirst()) {
            endAll(How.TIMED_OUT, "no answer in %d s".formatted(seconds));
        } else {
            // The instance still works on an earlier request, whose limit is not over yet.
            sent.remove(exchange);
            exchange.fail(
                    new NoWholeAnswer(How.ABANDONED, "an earlier request took more than %d s".formatted(seconds)));
            endAll(How.ABANDONED, "a request behind it timed out");
        }
    }

    private void received(Object message) {
        if (message instanceof HttpResponse head) {
            begin(head);
        }
        if (message instanceof HttpContent content) {
            take(content);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpResponse head) {
        OpenRequest exchange = sent.peekFirst();
        if (exchange == null || head.decoderResult().isFailure()) {
            // An answer without a request, or no HTTP: what follows cannot be assigned either.
            endAll(How.CUT, "the instance sent no HTTP answer");
            return;
        }
        informational = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (informational) {
            return;
        }
        if (InstanceHeader.isRefusedByAnother(head, instance)) {
            endAll(How.MISDIRECTED, "instance %s is no longer at %s".formatted(instance, address));
            return;
        }
        exchange.begin(head, new ResponseBody(limits.responseWindow(), new Source()), HttpUtil.isKeepAlive(head));
    }

    private void take(HttpContent content) {
        OpenRequest exchange = sent.peekFirst();
        boolean isLast = content instanceof LastHttpContent;
        if (exchange == null || informational || exchange.body == null) {
            content.release();
            informational = informational && !isLast;
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            endAll(How.CUT, "the instance cut its answer");
            return;
        }
        if (!exchange.body.offer(content.content())) {
            exchange.deliver();
            channel.config().setAutoRead(false);
        }
        if (isLast) {
            answered(exchange);
        }
    }

    private void answered(OpenRequest exchange) {
        sent.removeFirst();
        sentBytes -= exchange.request.length();
        // An answer before the end of the request: the rest of the request would be taken for the next one.
        boolean isWhole = writer == null || !sent.isEmpty();
        boolean keep = exchange.keepsConnection && isWhole;
        ended |= !keep;
        exchange.end();
        if (keep) {
            sendNext();
        } else {
            endAll(How.NOT_SENT, "the instance closes the connection");
        }
    }

    private void endAll(How how, String message) {
        ended = true;
        How each = how;
        for (OpenRequest exchange; (exchange = sent.pollFirst()) != null; each = afterFirst(how)) {
            exchange.fail(new NoWholeAnswer(each, message));
        }
        for (OpenRequest exchange; (exchange = waiting.pollFirst()) != null; ) {
            exchange.fail(new NoWholeAnswer(How.NOT_SENT, message));
        }
        channel.close();
    }

    /** The request that was being answered counts as cut; those after it do not. */
    private static How afterFirst(How how) {
        return how == How.CUT || how == How.TIMED_OUT ? How.ABANDONED : how;
    }

    /** The connection, as used by the body. */
    private final class Source implements ResponseBody.Source {
        @Override
        public void resume() {
            // On the event loop, so that it runs after the pause that it ends.
            channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
        }

        @Override
        public void abandon() {
            ended = true;
            channel.eventLoop().execute(() -> endAll(How.ABANDONED, "the answer was not read to its end"));
        }
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            received(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            OpenRequest exchange = sent.peekFirst();
            if (exchange != null) {
                exchange.deliver();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (channel.isWritable()) {
                writeBody();
                sendNext();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            OpenRequest first = sent.peekFirst();
            boolean begun = first != null && first.hasBegunToAnswer();
            endAll(How.CUT, begun ? "the instance cut its answer" : "the instance cut the connection");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A reset, or bytes that are not HTTP; channelInactive ends the requests.
            context.close();
        }
    }
}
