package dev.slipway.gateway.predict;

import dev.slipway.gateway.instance.UpstreamConnections;
import dev.slipway.gateway.route.InFlightRequest;
import io.netty.handler.codec.http.HttpContent;
import java.util.function.Consumer;

/**
 * One request and its answer: a state machine over {@link ExchangePhase}, whose states do the work. Ends once, by an answer, an error
 * response, a cut in the middle of an answer, or its client's going. All on one event loop.
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

    /** Whether this very state is the present one. */
    boolean isIn(ExchangeState candidate) {
        return state == candidate;
    }

    private boolean isEnded() {
        return state.phase() == ExchangePhase.ENDED;
    }

    /** Goes over to the next state. */
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

    /** All that had arrived of the request was handed over. */
    void contentsEnded() {
        state.requestPartsEnded();
    }

    /** A part of the request or of its answer has arrived. */
    void progressed() {
        progressAt = System.nanoTime();
    }

    /** Reads no more of the request for now, or goes on. */
    void hold(boolean full) {
        if (!isEnded()) {
            client.hold(full && !body.isComplete());
        }
    }

    /** The client takes more of the answer, or no more for now. */
    void clientWritable(boolean writable) {
        state.clientWritable(writable);
    }

    /** Looks at the clock. {@code held} says that the rest of the request waits for the instance. */
    void tick(long now, boolean held) {
        state.tick(now - progressAt, held);
    }

    /** Ends the exchange with 504 if an instance should have begun its answer by now. */
    void failIfNotAnswered(long silence, boolean held) {
        if ((body.isComplete() || held) && silence > limits().answer().toNanos()) {
            fail(ErrorResponse.noAnswer(limits().answer().toSeconds()));
        }
    }

    /** The answer was written to its end, and the state has let its connection go. */
    void finish(boolean closesClient) {
        become(new Ended());
        body.release();
        client.done(closesClient, body.isComplete());
    }

    /** Ends the exchange for a reason that is no failure of the instance; an answer that has begun is cut. */
    void refuse(ErrorResponse response) {
        end(response, InFlightRequest::drop);
    }

    /** Ends the exchange since the instance or this gateway has failed it; an answer that has begun is cut. */
    void fail(ErrorResponse response) {
        end(response, InFlightRequest::cut);
    }

    private void end(ErrorResponse response, Consumer<InFlightRequest> outcome) {
        if (isEnded()) {
            return;
        }
        boolean answering = state.phase() == ExchangePhase.ANSWERING;
        end(outcome);
        if (answering) {
            client.cut();
        } else {
            client.refuse(response, request.head(), request.id(), body.isComplete());
        }
    }

    /** The client has gone. */
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
