package dev.slipway.gateway.predict;

import dev.slipway.gateway.instance.UpstreamConnection;
import dev.slipway.gateway.route.InFlightRequest;
import dev.slipway.instance.client.InstanceHeader;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sends the request over its connection to the instance. Until the head is completely written the instance cannot have begun to work, so
 * another instance may be tried. Afterwards that is allowed only if the server answers that it is another instance than the one addressed.
 */
final class Sending extends ExchangeState implements UpstreamConnection.Listener {

    /** What may come before the answer. It is no progress: a model that is at work sends none. */
    private static final Set<HttpResponseStatus> INTERIM =
            Set.of(HttpResponseStatus.CONTINUE, HttpResponseStatus.PROCESSING, HttpResponseStatus.EARLY_HINTS);

    private static final int MOST_INTERIM = 16;

    private final Exchange exchange;
    private final TriedInstances tried;
    private final UpstreamRequest upstream;
    private int copied;
    private int interim;
    private boolean headSent;
    /** Whether the whole request is still kept, so that another instance could get it. */
    private boolean resendable;

    Sending(Exchange exchange, TriedInstances tried, UpstreamRequest upstream) {
        this.exchange = exchange;
        this.tried = tried;
        this.upstream = upstream;
    }

    @Override
    ExchangePhase phase() {
        return ExchangePhase.SENDING;
    }

    @Override
    void enter() {
        upstream.connection().take(this);
        ChannelFuture head = upstream.writeHead(head());
        // The originals stay for another instance until the head is sent.
        exchange.body().copyTo(upstream::write);
        copied = exchange.body().gatheredParts();
        upstream.connection().flush();
        head.addListener(done -> headWritten(done.isSuccess()));
    }

    private HttpRequest head() {
        IncomingRequest request = exchange.request();
        DefaultHttpRequest head = new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                request.head().method(),
                request.target().rest(),
                request.head().headers().copy());
        Headers.toInstance(head.headers(), upstream.endpoint(), request.id());
        if (exchange.body().isComplete()) {
            head.headers().set(HttpHeaderNames.CONTENT_LENGTH, exchange.body().received());
        } else if (!head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        return head;
    }

    private void headWritten(boolean success) {
        if (!exchange.isIn(this)) {
            return;
        }
        if (!success) {
            upstream.connection().close();
            notSent();
            return;
        }
        headSent = true;
        upstream.inFlight().sent();
        RequestBody body = exchange.body();
        resendable = body.isComplete() && body.gatheredParts() == copied;
        if (!resendable) {
            body.moveTo(upstream::write, copied);
            upstream.connection().flush();
            exchange.hold(!upstream.connection().isWritable());
        }
    }

    /** The connection ended before the head was completely sent, so the instance cannot have begun, and another may be tried. */
    private void notSent() {
        if (!upstream.connection().wasUsedBefore()) {
            // A kept connection may simply have been closed by the instance. A new connection that fails shows that the
            // instance does not answer.
            tried.exclude(upstream.endpoint());
        }
        chooseAgain();
    }

    private void chooseAgain() {
        exchange.become(new Choosing(exchange, tried, upstream.inFlight()));
    }

    @Override
    void requestPart(HttpContent part) {
        if (headSent) {
            upstream.write(part);
            exchange.hold(!upstream.connection().isWritable());
        } else {
            exchange.body().gather(part);
            exchange.hold(true);
        }
    }

    @Override
    void requestPartsEnded() {
        if (headSent) {
            upstream.connection().flush();
        }
    }

    @Override
    public void received(HttpObject part) {
        if (!part.decoderResult().isSuccess()) {
            ReferenceCountUtil.release(part);
            exchange.fail(ErrorResponse.NOT_HTTP);
        } else if (part instanceof HttpResponse response) {
            answered(response);
        } else {
            // The end of an interim answer, which has no body.
            ReferenceCountUtil.release(part);
        }
    }

    private void answered(HttpResponse response) {
        if (!headSent) {
            exchange.fail(ErrorResponse.NOT_HTTP);
        } else if (InstanceHeader.isRefusedByAnother(
                response, upstream.endpoint().instance())) {
            misdirected();
        } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            exchange.progressed();
            exchange.become(new Answering(exchange, upstream, response));
        } else if (!INTERIM.contains(response.status()) || ++interim > MOST_INTERIM) {
            exchange.fail(ErrorResponse.NOT_HTTP);
        }
    }

    private void misdirected() {
        exchange.connections().eject(upstream.endpoint());
        if (!resendable) {
            exchange.fail(ErrorResponse.noInstance(exchange.request().service()));
            return;
        }
        upstream.connection().close();
        tried.exclude(upstream.endpoint());
        chooseAgain();
    }

    @Override
    public void receivedAll() {
        // Nothing is passed on to the client in this phase.
    }

    @Override
    public void closed() {
        if (headSent) {
            exchange.fail(ErrorResponse.CUT);
        } else {
            notSent();
        }
    }

    @Override
    public void writabilityChanged(boolean writable) {
        exchange.hold(!writable);
    }

    @Override
    void clientWritable(boolean writable) {
        upstream.connection().read(writable);
    }

    @Override
    void tick(long silence, boolean held) {
        if (exchange.isLate(silence, held)) {
            // It may hang, and would keep its share of the requests. If it is only slow, its health answers at once.
            exchange.connections().eject(upstream.endpoint());
            exchange.failLate();
        }
    }

    @Override
    void release(Consumer<InFlightRequest> outcome) {
        upstream.connection().close();
        outcome.accept(upstream.inFlight());
    }
}
