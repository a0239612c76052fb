package dev.slipway.gateway.predict;

import dev.slipway.gateway.instance.UpstreamConnections;
import dev.slipway.gateway.route.InFlightRequest;
import io.netty.handler.codec.http.HttpContent;
import java.util.function.Consumer;

/**
 * One request and its answer: a state machine over {@link ExchangePhase} with a class for each state. Ends once: by an answer, an error
 * response, a cut in the middle of an answer, or because the client closed the connection. All calls on one event loop.
 */
final class Exchange {

    private final ClientConnection client;
    private final PredictionLoop loop;
    private final IncomingRequest request;
    private final RequestBody body = new RequestBody();
    private ExchangeState state = new Gathering(this);
    private long progressAt = System.nanoTime();

    Exchange(ClientConnection client, PredictionLoop loop, IncomingRequest request) {
        this.client = client;
        this.loop = loop;
        this.request = request;
    }

    ClientConnection client() {
        return client;
    }

    IncomingRequest request() {
        return request;
    }

    RequestBody body() {
        return body;
    }

    Limits limits() {
        return loop.limits();
    }

    UpstreamConnections connections() {
        return loop.connections();
    }

    /** Whether the whole request has arrived. */
    boolean isComplete() {
        return body.isComplete();
    }

    /** Whether this is the present state. */
    boolean isIn(ExchangeState candidate) {
        return state == candidate;
    }

    private boolean isEnded() {
        return state.phase() == ExchangePhase.ENDED;
    }

    /** Changes to the next state. */
    void become(ExchangeState next) {
        if (!state.phase().mayBecome(next.phase())) {
            throw new IllegalStateException(
                    "an exchange may not go from %s to %s".formatted(state.phase(), next.phase()));
        }
        state = next;
        next.enter();
    }

    /** A part of the request; released here. */
    void content(HttpContent content) {
        if (isEnded()) {
            content.release();
            return;
        }
        progressed();
        HttpContent part = body.count(content);
        if (body.received() > limits().bodyBytes()) {
            part.release();
            refuse(ErrorResponse.TOO_LARGE);
            return;
        }
        state.requestPart(part);
    }

    /** All parts of the request that had arrived were handed over. */
    void contentsEnded() {
        state.requestPartsEnded();
    }

    /** A part of the request or of its answer has arrived. */
    void progressed() {
        progressAt = System.nanoTime();
    }

    /** Stops reading the request, or continues. */
    void hold(boolean full) {
        if (!isEnded()) {
            client.hold(full && !body.isComplete());
        }
    }

    /** The client accepts more of the answer, or none for now. */
    void clientWritable(boolean writable) {
        state.clientWritable(writable);
    }

    /** Checks the time limits. {@code held}: the rest of the request waits for the instance. */
    void tick(long now, boolean held) {
        state.tick(now - progressAt, held);
    }

    /** Whether an instance should have begun its answer by now. */
    boolean isLate(long silence, boolean held) {
        return (body.isComplete() || held) && silence > limits().answer().toNanos();
    }

    /** Ends the exchange with 504. */
    void failLate() {
        fail(ErrorResponse.noAnswer(limits().answer().toSeconds()));
    }

    /** The answer was written completely, and the state has released its connection. */
    void finish(boolean closesClient) {
        become(new Ended());
        body.release();
        client.done(closesClient, body.isComplete());
    }

    /** Ends the exchange for a reason that is not the instance's fault; an answer that has begun is cut. */
    void refuse(ErrorResponse response) {
        end(response, InFlightRequest::drop);
    }

    /** Ends the exchange because the instance or this gateway failed; an answer that has begun is cut. */
    void fail(ErrorResponse response) {
        end(response, InFlightRequest::cut);
    }

    private void end(ErrorResponse response, Consumer<InFlightRequest> outcome) {
        if (isEnded()) {
            return;
        }
        boolean answering = state.hasBegunToAnswer();
        end(outcome);
        if (answering) {
            RequestLog.cut(request.id(), request.head(), response);
            client.cut();
        } else {
            client.refuse(response, request.head(), request.id(), body.isComplete());
        }
    }

    /** The client has closed the connection. */
    void abandoned() {
        if (!isEnded()) {
            end(InFlightRequest::drop);
        }
    }

    private void end(Consumer<InFlightRequest> outcome) {
        ExchangeState last = state;
        become(new Ended());
        body.release();
        last.release(outcome);
    }
}
