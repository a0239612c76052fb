package dev.slipway.gateway.predict;

import dev.slipway.gateway.instance.UpstreamConnection;
import dev.slipway.gateway.instance.UpstreamConnections;
import dev.slipway.gateway.route.Choice;
import dev.slipway.gateway.route.Endpoint;
import dev.slipway.gateway.route.InFlightRequest;
import dev.slipway.gateway.route.ServiceRoute;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Until its head is wholly handed to an instance nothing can have been worked on, and another instance may be
 * tried; afterwards never, unless the server there says that it is another instance than the one meant. All on one event loop.
 */
final class Exchange implements UpstreamConnection.Listener, UpstreamConnections.Waiter {

    /** So much of a body is gathered before an instance is chosen: a small request reaches it at once, however slow its client. */
    private static final int GATHERED_BYTES = 64 * 1024;

    private static final int TRIES = 8;

    private final ClientConnection client;
    private final PredictionLoop loop;
    private final HttpRequest request;
    private final String requestId;
    private final Target target;
    private final ServiceRoute route;

    private final Deque<HttpContent> gathered = new ArrayDeque<>();
    private long received;
    private boolean complete;
    private long progressAt = System.nanoTime();

    private final Set<Endpoint> tried = new HashSet<>();
    private int tries;
    private @Nullable InFlightRequest ticket;
    private @Nullable UpstreamConnection instance;
    private int written;
    private @Nullable ChannelFuture lastWritten;
    private boolean headSent;
    private boolean resendable;

    private boolean interim;
    private boolean answering;
    private boolean reusable;
    private boolean closeAfter;
    private boolean over;

    Exchange(
            ClientConnection client,
            PredictionLoop loop,
            HttpRequest request,
            String requestId,
            RequestValidator.Verdict.Passed passed) {
        this.client = client;
        this.loop = loop;
        this.request = request;
        this.requestId = requestId;
        this.target = passed.target();
        this.route = passed.route();
    }

    /** Whether the whole request has arrived. */
    boolean isComplete() {
        return complete;
    }

    /** A part of the request; released here. */
    void content(HttpContent content) {
        if (over) {
            content.release();
            return;
        }
        complete = content instanceof LastHttpContent;
        progressAt = System.nanoTime();
        received += content.content().readableBytes();
        if (received > loop.limits().bodyBytes()) {
            content.release();
            refuse(ErrorResponse.TOO_LARGE, false);
            return;
        }
        // Trailers end here: an instance could take one for a header that was checked.
        HttpContent plain = complete ? new DefaultLastHttpContent(content.content()) : content;
        UpstreamConnection taker = instance;
        if (headSent && taker != null) {
            lastWritten = taker.write(plain);
            hold(!taker.isWritable());
            return;
        }
        gathered.add(plain);
        hold(received >= GATHERED_BYTES);
        if (ticket == null && (complete || received >= GATHERED_BYTES)) {
            choose();
        }
    }

    /** All that had arrived of the request was handed over. */
    void contentsEnded() {
        if (headSent && instance != null) {
            instance.flush();
        }
    }

    private void hold(boolean full) {
        if (!over) {
            client.hold(full && !complete);
        }
    }

    private void choose() {
        InFlightRequest before = ticket;
        switch (route.choose(tried, before == null ? null : before.label())) {
            case Choice.Chosen chosen -> {
                if (before != null) {
                    before.givenUp();
                }
                ticket = chosen.ticket();
                tries++;
                loop.connections().acquire(chosen.ticket().endpoint(), this);
            }
            case Choice.Closed() -> refuse(ErrorResponse.notRunning(target.service()), false);
            case Choice.Gone() -> refuse(ErrorResponse.unknownService(target.service()), false);
            case Choice.NoInstance() -> refuse(ErrorResponse.noInstance(target.service()), true);
        }
    }

    @Override
    public void connected(UpstreamConnection connection) {
        if (over) {
            connection.giveBack();
            return;
        }
        instance = connection;
        connection.take(this);
        ChannelFuture head = connection.write(headFor(connection));
        lastWritten = head;
        for (HttpContent content : gathered) {
            // The originals stay for another instance until the head is through.
            lastWritten = connection.write(content.retainedDuplicate());
        }
        written = gathered.size();
        connection.flush();
        head.addListener(done -> headWritten(connection, done.isSuccess()));
    }

    private HttpRequest headFor(UpstreamConnection connection) {
        DefaultHttpRequest head = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                request.method(),
                target.rest(),
                request.headers().copy());
        Headers.toInstance(head.headers(), connection.endpoint(), requestId);
        if (complete) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, received);
        } else if (!head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return head;
    }

    private void headWritten(UpstreamConnection connection, boolean success) {
        if (over || instance != connection) {
            return;
        }
        if (!success) {
            connection.close();
            unsent(connection);
            return;
        }
        headSent = true;
        ticketOf().sent();
        resendable = complete && gathered.size() == written;
        for (int i = 0; i < written && !resendable; i++) {
            gathered.remove().release();
        }
        if (resendable) {
            return;
        }
        while (!gathered.isEmpty()) {
            lastWritten = connection.write(gathered.remove());
        }
        connection.flush();
        hold(!connection.isWritable());
    }

    private InFlightRequest ticketOf() {
        return Objects.requireNonNull(ticket, "ticket");
    }

    /** The connection ended before the head was wholly sent, so no instance can have begun: another may be tried. */
    private void unsent(UpstreamConnection connection) {
        instance = null;
        // A kept connection that the instance had closed says nothing of the instance.
        tryAnother(!connection.wasUsedBefore());
    }

    @Override
    public void refused(Throwable cause) {
        if (!over) {
            tryAnother(true);
        }
    }

    private void tryAnother(boolean notThisOne) {
        if (notThisOne) {
            tried.add(ticketOf().endpoint());
        }
        if (tries >= TRIES) {
            refuse(ErrorResponse.noInstance(target.service()), true);
        } else {
            choose();
        }
    }

    @Override
    public void received(HttpObject part) {
        progressAt = System.nanoTime();
        if (!part.decoderResult().isSuccess()) {
            ReferenceCountUtil.release(part);
            refuse(ErrorResponse.NOT_HTTP, true);
            return;
        }
        if (part instanceof HttpResponse response) {
            answerHead(response);
        }
        if (part instanceof HttpContent content) {
            answerBody(content);
        }
    }

    private void answerHead(HttpResponse response) {
        if (!headSent || response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            refuse(ErrorResponse.NOT_HTTP, true);
            return;
        }
        if (isMisdirected(response)) {
            misdirected();
            return;
        }
        if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
            interim = true;
            return;
        }
        answering = true;
        boolean sized = HttpUtil.isContentLengthSet(response) || hasNoBody(response.status());
        reusable = HttpUtil.isKeepAlive(response) && (sized || HttpUtil.isTransferEncodingChunked(response));
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), response.headers());
        Headers.toClient(head.headers(), requestId);
        frame(head, sized);
        client.write(head);
    }

    /** Whether another instance answers here, which has not looked at the request: the one that was meant has ended. */
    private boolean isMisdirected(HttpResponse response) {
        String name = response.headers().get(Headers.INSTANCE);
        return response.status().equals(HttpResponseStatus.MISDIRECTED_REQUEST)
                && name != null
                && !name.equals(ticketOf().endpoint().instance().toString());
    }

    private void misdirected() {
        loop.connections().eject(ticketOf().endpoint());
        UpstreamConnection connection = instance;
        if (!resendable || connection == null) {
            refuse(ErrorResponse.noInstance(target.service()), true);
            return;
        }
        connection.close();
        instance = null;
        headSent = false;
        resendable = false;
        tryAnother(true);
    }

    private static boolean hasNoBody(HttpResponseStatus status) {
        return status.equals(HttpResponseStatus.NO_CONTENT) || status.equals(HttpResponseStatus.NOT_MODIFIED);
    }

    private void frame(HttpResponse head, boolean sized) {
        boolean old = request.protocolVersion().minorVersion() == 0;
        closeAfter = client.isDraining() || !HttpUtil.isKeepAlive(request) || (old && !sized);
        if (!sized && !old) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (closeAfter) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (old) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private void answerBody(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (interim || !answering || over) {
            content.release();
            interim = interim && !last;
            return;
        }
        client.write(last ? new DefaultLastHttpContent(content.content()) : content);
        if (last) {
            finish();
        } else if (!client.isWritable() && instance != null) {
            instance.read(false);
        }
    }

    private void finish() {
        over = true;
        UpstreamConnection connection = Objects.requireNonNull(instance, "instance");
        instance = null;
        releaseGathered();
        if (reusable && complete && lastWritten != null && lastWritten.isSuccess()) {
            connection.giveBack();
        } else {
            connection.close();
        }
        ticketOf().answered();
        client.done(closeAfter, complete);
    }

    @Override
    public void receivedAll() {
        if (!over) {
            client.flush();
        }
    }

    @Override
    public void closed() {
        UpstreamConnection connection = instance;
        if (over || connection == null) {
            return;
        }
        if (!headSent) {
            unsent(connection);
            return;
        }
        refuse(ErrorResponse.CUT, true);
    }

    @Override
    public void writabilityChanged(boolean writable) {
        hold(!writable);
    }

    /** The client takes more of the answer, or no more for now. */
    void clientWritable(boolean writable) {
        if (instance != null) {
            instance.read(writable);
        }
    }

    /** What is left of the request will not come as it should. */
    void broken(ErrorResponse refusal) {
        refuse(refusal, false);
    }

    /** Ends the exchange: with a refusal, or if the answer has begun by cutting it. */
    private void refuse(ErrorResponse refusal, boolean failed) {
        if (over) {
            return;
        }
        release(failed);
        if (answering) {
            client.cut();
        } else {
            client.refuse(refusal, request, requestId, complete);
        }
    }

    /** The client has gone. */
    void abandoned() {
        if (!over) {
            release(false);
        }
    }

    private void release(boolean failed) {
        over = true;
        releaseGathered();
        UpstreamConnection connection = instance;
        instance = null;
        if (connection != null) {
            connection.close();
        }
        InFlightRequest open = ticket;
        if (open != null && failed) {
            open.failed();
        } else if (open != null) {
            open.givenUp();
        }
    }

    private void releaseGathered() {
        gathered.forEach(ReferenceCountUtil::release);
        gathered.clear();
    }

    /** Looks at the clock. {@code held} says that the rest of the request waits for the instance. */
    void tick(long now, boolean held) {
        long silence = now - progressAt;
        Limits limits = loop.limits();
        if (answering) {
            if (silence > limits.stall().toNanos()) {
                // A client that does not read is no fault of the instance.
                refuse(ErrorResponse.CUT, client.isWritable());
            }
        } else if ((complete || held) && silence > limits.answer().toNanos()) {
            refuse(ErrorResponse.noAnswer(limits.answer().toSeconds()), true);
        }
    }
}
