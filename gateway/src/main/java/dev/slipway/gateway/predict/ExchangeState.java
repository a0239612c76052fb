package dev.slipway.gateway.predict;

import dev.slipway.gateway.route.InFlightRequest;
import io.netty.handler.codec.http.HttpContent;
import java.util.function.Consumer;

/** The work and the data of an exchange in one phase. */
abstract sealed class ExchangeState permits Gathering, Choosing, Sending, Answering, Ended {

    abstract ExchangePhase phase();

    /** Starts the phase, which may be over when this returns. */
    void enter() {}

    /** Whether a part of the answer was handed to the client's connection, so that only a cut can still tell of a failure. */
    boolean hasBegunToAnswer() {
        return false;
    }

    /** A part of the request's body, already counted and without trailers. The state has to release it. */
    abstract void requestPart(HttpContent part);

    /** All parts that had arrived were handed over. */
    void requestPartsEnded() {}

    /** The client accepts more of the answer, or none for now. */
    void clientWritable(boolean writable) {}

    /**
     * Checks the time limits.
     *
     * @param silence nanoseconds since a part of the request or of its answer arrived
     * @param held whether the rest of the request is not read for now
     */
    void tick(long silence, boolean held) {}

    /** Releases what the phase holds; {@code outcome} ends a request in flight to an instance. */
    void release(Consumer<InFlightRequest> outcome) {}
}
