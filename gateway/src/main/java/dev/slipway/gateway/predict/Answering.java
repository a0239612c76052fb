package dev.slipway.gateway.predict;

import dev.slipway.gateway.instance.UpstreamConnection;
import dev.slipway.gateway.route.InFlightRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.Consumer;

/** Passes the answer on to the client as bytes. The rest of the request still goes to the instance. */
final class Answering extends ExchangeState implements UpstreamConnection.Listener {

    private final Exchange exchange;
    private final UpstreamRequest upstream;
    private final HttpResponse response;
    private final boolean sized;
    private final boolean reusable;
    private final boolean closesClient;
    /** The head waits for what came with it, so that an answer that is broken there becomes a 502. */
    private boolean headPassed;

    Answering(Exchange exchange, UpstreamRequest upstream, HttpResponse response) {
        this.exchange = exchange;
        this.upstream = upstream;
        this.response = response;
        this.sized = hasLength(response);
        this.reusable = HttpUtil.isKeepAlive(response) && (sized || HttpUtil.isTransferEncodingChunked(response));
        IncomingRequest request = exchange.request();
        this.closesClient = exchange.client().isDraining()
                || !HttpUtil.isKeepAlive(request.head())
                || (request.isHttp10() && !sized);
    }

    private static boolean hasLength(HttpResponse response) {
        HttpResponseStatus status = response.status();
        return HttpUtil.isContentLengthSet(response)
                || status.equals(HttpResponseStatus.NO_CONTENT)
                || status.equals(HttpResponseStatus.NOT_MODIFIED);
    }

    @Override
    ExchangePhase phase() {
        return ExchangePhase.ANSWERING;
    }

    @Override
    void enter() {
        upstream.connection().take(this);
    }

    private void passHead() {
        if (!headPassed) {
            headPassed = true;
            IncomingRequest request = exchange.request();
            RequestLog.answered(request.id(), request.head(), response.status().code());
            exchange.client().write(head());
        }
    }

    @Override
    boolean hasBegunToAnswer() {
        return headPassed;
    }

    private HttpResponse head() {
        IncomingRequest request = exchange.request();
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, response.status(), response.headers());
        Headers.toClient(head.headers(), request.route().hostHeaders(), request.id());
        if (!sized && !request.isHttp10()) {
            head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (closesClient) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request.isHttp10()) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        return head;
    }

    @Override
    void requestPart(HttpContent part) {
        upstream.write(part);
        exchange.hold(!upstream.connection().isWritable());
    }

    @Override
    void requestPartsEnded() {
        upstream.connection().flush();
    }

    @Override
    public void received(HttpObject part) {
        exchange.progressed();
        if (!part.decoderResult().isSuccess() || !(part instanceof HttpContent content)) {
            ReferenceCountUtil.release(part);
            exchange.fail(ErrorResponse.NOT_HTTP);
            return;
        }
        passHead();
        if (content instanceof LastHttpContent) {
            exchange.client().write(new DefaultLastHttpContent(content.content()));
            finish();
            return;
        }
        exchange.client().write(content);
        if (!exchange.client().isWritable()) {
            upstream.connection().read(false);
        }
    }

    private void finish() {
        if (reusable && exchange.body().isComplete() && upstream.isWritten()) {
            upstream.connection().giveBack();
        } else {
            upstream.connection().close();
        }
        upstream.inFlight().answered(response.status().code());
        exchange.finish(closesClient);
    }

    @Override
    public void receivedAll() {
        passHead();
        exchange.client().flush();
    }

    @Override
    public void closed() {
        exchange.fail(ErrorResponse.CUT);
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
        if (silence <= exchange.limits().stall().toNanos()) {
            return;
        }
        if (exchange.client().isWritable()) {
            exchange.connections().eject(upstream.endpoint());
            exchange.fail(ErrorResponse.CUT);
        } else {
            // If the client does not read, the instance is not at fault.
            exchange.refuse(ErrorResponse.CUT);
        }
    }

    @Override
    void release(Consumer<InFlightRequest> outcome) {
        upstream.connection().close();
        outcome.accept(upstream.inFlight());
    }
}
