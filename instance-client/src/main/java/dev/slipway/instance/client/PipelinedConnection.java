package dev.slipway.instance.client;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.MisdirectedRequest;
import dev.slipway.instance.client.NoWholeAnswer.How;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an instance that runs our own server, kept alive between exchanges. An exchange sends many requests in one piece and takes
 * their answers as they come, without an object for each. One at a time; safe for use by many threads; its owner closes it.
 *
 * <p>Only for servers that answer pipelined requests in order and tell the length of each answer (RFC 9112, 9.3.2): another answer ends the
 * connection.
 */
public final class PipelinedConnection implements AutoCloseable {
    private static final int HEAD_GUESS = 256;

    private final InstanceId instance;
    private final Address address;
    private final Channel channel;
    private final AnswerReader reader;

    // On the event loop only.
    private @Nullable Exchange open;

    private volatile boolean ended;

    PipelinedConnection(InstanceId instance, Address address, Channel channel) {
        this.instance = instance;
        this.address = address;
        this.channel = channel;
        this.reader = new AnswerReader();
        channel.pipeline().remove(StrictResponseDecoder.class);
        channel.pipeline().remove(HttpRequestEncoder.class);
        channel.pipeline().addLast(new Handler());
    }

    /** Whether it can take another exchange, as far as is known. */
    public boolean isOpen() {
        return !ended && channel.isActive();
    }

    /**
     * Sends the requests and hands their answers to the sink. The future completes once all are answered or the sink wants no more; otherwise
     * it fails with {@link NoWholeAnswer}, which tells of the first request without an answer: those behind it are not to blame. What the
     * sink throws is its failure too. The sink is not used any more then.
     *
     * @param silence how long the instance may answer nothing
     * @param heard when it last answered anything, also elsewhere, of {@link System#nanoTime()}
     */
    public CompletableFuture<Void> exchange(RequestBlock block, AnswerSink sink, Duration silence, LongSupplier heard) {
        Exchange exchange = new Exchange(block, sink, silence, heard);
        try {
            channel.eventLoop().execute(() -> begin(exchange));
        } catch (RejectedExecutionException clientIsClosed) {
            exchange.done.completeExceptionally(
                    new NoWholeAnswer(How.NOT_SENT, "the client has been closed", clientIsClosed));
        }
        return exchange.done;
    }

    /** Closes it; an open exchange fails. */
    @Override
    public void close() {
        ended = true;
        channel.close();
    }

    private static final class Exchange {
        final RequestBlock block;
        final AnswerSink sink;
        final long silence;
        final LongSupplier heard;
        final CompletableFuture<Void> done = new CompletableFuture<>();
        int answered;
        long lastAnswer = System.nanoTime();

        @Nullable
        ScheduledFuture<?> timer;

        Exchange(RequestBlock block, AnswerSink sink, Duration silence, LongSupplier heard) {
            this.block = block;
            this.sink = sink;
            this.silence = silence.toNanos();
            this.heard = heard;
        }
    }

    private void begin(Exchange exchange) {
        if (ended || !channel.isActive() || open != null) {
            exchange.done.completeExceptionally(
                    new NoWholeAnswer(How.NOT_SENT, "the connection to %s has ended".formatted(instance)));
            return;
        }
        open = exchange;
        exchange.lastAnswer = System.nanoTime();
        watch(exchange, exchange.silence);
        channel.writeAndFlush(requests(exchange.block)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private ByteBuf requests(RequestBlock block) {
        byte[] head = head(block);
        int bodies = block.ends()[block.count() - 1];
        ByteBuf all = channel.alloc().buffer(bodies + block.count() * (head.length + HEAD_GUESS / 8));
        for (int i = 0; i < block.count(); i++) {
            int from = block.start(i);
            int length = block.ends()[i] - from;
            all.writeBytes(head);
            writeNumber(all, block.numbers()[i]);
            ByteBufUtil.writeAscii(all, "\r\nContent-Length: ");
            writeNumber(all, length);
            all.writeInt('\r' << 24 | '\n' << 16 | '\r' << 8 | '\n');
            all.writeBytes(block.bodies(), from, length);
        }
        return all;
    }

    /** All that the heads have in common, which is their beginning up to the number in the id. */
    private byte[] head(RequestBlock block) {
        StringBuilder head = new StringBuilder(HEAD_GUESS)
                .append(block.method())
                .append(' ')
                .append(block.target())
                .append(" HTTP/1.1\r\n");
        InstanceHeader.addressing(instance, address).forEach((name, value) -> line(head, name, value));
        block.headers().forEach((name, value) -> line(head, name, value));
        head.append("X-Request-Id: ").append(block.idPrefix());
        return head.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static void writeNumber(ByteBuf to, long number) {
        if (number >= 10) {
            writeNumber(to, number / 10);
        }
        to.writeByte((int) ('0' + number % 10));
    }

    private void watch(Exchange exchange, long nanos) {
        exchange.timer =
                channel.eventLoop().schedule(() -> endIfSilent(exchange), Math.max(nanos, 1), TimeUnit.NANOSECONDS);
    }

    private void endIfSilent(Exchange exchange) {
        if (open != exchange) {
            return;
        }
        long now = System.nanoTime();
        long silent = Math.min(now - exchange.lastAnswer, now - exchange.heard.getAsLong());
        if (silent < exchange.silence) {
            watch(exchange, exchange.silence - silent);
            return;
        }
        endAll(
                How.TIMED_OUT,
                "no answer in %d s".formatted(Duration.ofNanos(exchange.silence).toSeconds()));
    }

    private void endAll(How how, String message) {
        fail(new NoWholeAnswer(how, message));
    }

    private void fail(Exception why) {
        ended = true;
        Exchange exchange = take();
        if (exchange != null) {
            exchange.done.completeExceptionally(why);
        }
        channel.close();
    }

    private @Nullable Exchange take() {
        Exchange exchange = open;
        open = null;
        if (exchange != null && exchange.timer != null) {
            exchange.timer.cancel(false);
        }
        return exchange;
    }

    /** Takes an answer as {@link AnswerReader} finds it in the stream. */
    private final class AnswersOfExchange implements AnswerReader.Listener {
        private boolean keepsConnection;

        @Override
        public boolean begin(AnswerReader head) throws IOException {
            Exchange exchange = open;
            if (exchange == null) {
                endAll(How.CUT, "the instance sent an answer without a request");
                return false;
            }
            boolean isFromAnother = head.status() == MisdirectedRequest.STATUS
                    && MisdirectedRequest.isRefusedByAnother(
                            head.status(), head.header(MisdirectedRequest.HEADER), instance);
            if (isFromAnother) {
                endAll(How.MISDIRECTED, "instance %s is no longer at %s".formatted(instance, address));
                return false;
            }
            keepsConnection = head.keepsConnection();
            exchange.sink.begin(head);
            return true;
        }

        @Override
        public void body(byte[] bytes, int from, int to) throws IOException {
            Exchange exchange = open;
            if (exchange != null) {
                exchange.sink.body(bytes, from, to);
            }
        }

        @Override
        public boolean end() throws IOException {
            Exchange exchange = open;
            if (exchange == null) {
                return false;
            }
            exchange.answered++;
            exchange.lastAnswer = System.nanoTime();
            boolean goesOn = exchange.sink.end();
            boolean isLast = exchange.answered == exchange.block.count();
            if (isLast || !goesOn) {
                ended |= !keepsConnection || !isLast;
                take();
                if (ended) {
                    channel.close();
                }
                exchange.done.complete(null);
                return !ended;
            }
            if (!keepsConnection) {
                endAll(How.NOT_SENT, "the instance closes the connection");
                return false;
            }
            return true;
        }
    }

    private final class Handler extends ChannelInboundHandlerAdapter {
        private final AnswersOfExchange answers = new AnswersOfExchange();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (!ended && message instanceof ByteBuf bytes) {
                    reader.read(bytes, answers);
                }
            } catch (AnswerReader.NoAnswer noHttp) {
                endAll(How.CUT, String.valueOf(noHttp.getMessage()));
            } catch (IOException | RuntimeException ofTheSink) {
                fail(ofTheSink);
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            endAll(
                    How.CUT,
                    reader.isWithinAnswer() ? "the instance cut its answer" : "the instance cut the connection");
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A reset; channelInactive ends the exchange.
            context.close();
        }
    }
}
