package dev.slipway.instance.client;

import java.io.IOException;

/** A request that ended without a whole answer. */
public final class NoWholeAnswer extends IOException {

    /** How far it came, which says who is to blame and whether to send it again. */
    public enum How {
        /** Nothing listens at the address, or somebody whom we do not trust: the instance has seen nothing of it. */
        UNREACHABLE,
        /** There was no connection in time, or it was closed before it was this request's turn: the instance has seen nothing of it. */
        NOT_SENT,
        /** Another instance has the address now, and has not looked at it. */
        MISDIRECTED,
        /** An earlier request on the same connection was cut, timed out or left unread: this one is not to blame, and may have been seen. */
        ABANDONED,
        /** The instance cut the connection while it was this request's turn. */
        CUT,
        /** There was no whole answer within the request's limit. */
        TIMED_OUT;

        /** Whether the instance has certainly seen nothing of it. */
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
