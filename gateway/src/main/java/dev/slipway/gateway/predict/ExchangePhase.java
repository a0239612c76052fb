package dev.slipway.gateway.predict;

import java.util.EnumSet;
import java.util.Set;

/** The phases of an exchange and their transitions. All but {@link #TUNNEL} have a class of the same name. */
enum ExchangePhase {

    /** The beginning of the request's body is read; no instance is chosen yet. */
    GATHERING,

    /** An instance is chosen and a connection to it is opened; if it cannot be reached, another is tried. */
    CHOOSING,

    /** The request is on its way to an instance, whose answer has not begun. */
    SENDING,

    /** The answer is passed on to the client. */
    ANSWERING,

    /** Bytes go in both directions after a switch of protocols. Not built: no phase leads here, and an answer of 101 becomes a 502. */
    TUNNEL,

    /** The exchange is over and everything is released. */
    ENDED;

    /** Whether {@code next} may follow this phase. */
    boolean mayBecome(ExchangePhase next) {
        return followers().contains(next);
    }

    private Set<ExchangePhase> followers() {
        return switch (this) {
            case GATHERING -> EnumSet.of(CHOOSING, ENDED);
            case CHOOSING -> EnumSet.of(SENDING, ENDED);
            // Back to choosing only while no instance can have begun the request.
            case SENDING -> EnumSet.of(CHOOSING, ANSWERING, ENDED);
            case ANSWERING -> EnumSet.of(ENDED);
            case TUNNEL, ENDED -> EnumSet.noneOf(ExchangePhase.class);
        };
    }
}
