package dev.slipway.instance.client;

import java.io.IOException;

/** A request ended without a complete answer. */
public final class NoWholeAnswer extends IOException {

    /** How far it came, which decides whether the instance failed and whether to send it again. */
    public enum How {
        /** Nothing listens at the address, or its certificate is not trusted. The instance has not received it. */
        UNREACHABLE,
        /** There was no connection in time, or it was closed before this request was sent. The instance has not received it. */
        NOT_SENT,
        /** Another instance has the address now and has not handled it. */
        MISDIRECTED,
        /**
         * An earlier request on the same connection was cut, timed out or left unread. The instance may have received this one, which did
         * not cause the failure.
         */
        ABANDONED,
        /** The instance cut the connection while it answered this request. */
        CUT,
        /** There was no complete answer within the request's limit. */
        TIMED_OUT;

        /** Whether the instance has certainly not received it. */
        public boolean isUnseen() {
            return this == UNREACHABLE || this == NOT_SENT || this == MISDIRECTED;
        }
    }

    private static final long serialVersionUID = 1;

    private final How how;

    NoWholeAnswer(How how, String message, Throwable cause) {
        super(message, cause);
        this.how = how;
    }

    public NoWholeAnswer(How how, String message) {
        super(message);
        this.how = how;
    }

    public How how() {
        return how;
    }
}
