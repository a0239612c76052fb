package dev.slipway.gateway.predict;

import dev.slipway.gateway.route.InFlightRequest;
import io.netty.handler.codec.http.HttpContent;
import java.util.function.Consumer;

/** What an exchange does in one phase, and what that phase alone has to remember. */
abstract sealed class ExchangeState permits Gathering, Choosing, Sending, Answering, Ended {

    abstract ExchangePhase phase();

    /** Begins the phase; it may be over when this returns. */
    void enter() {}

    /** A part of the request's body, counted already and without trailers; to be released here. */
    abstract void requestPart(HttpContent part);

    /** All parts that had arrived were handed over. */
    void requestPartsEnded() {}

    /** The client takes more of the answer, or no more for now. */
    void clientWritable(boolean writable) {}

    /**
     * Looks at the clock.
     *
     * @param silence nanoseconds since a part of the request or of its answer arrived
     * @param held whether the rest of the request is not read for now
     */
    void tick(long silence, boolean held) {}

    /** Releases what the phase holds; a request in flight to an instance ends by {@code outcome}. */
    void release(Consumer<InFlightRequest> outcome) {}
}
