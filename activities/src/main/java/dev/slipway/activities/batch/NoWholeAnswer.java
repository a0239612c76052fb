package dev.slipway.activities.batch;

import java.io.IOException;

/** A call that ended without a whole answer. */
final class NoWholeAnswer extends IOException {
    /** How far it came. */
    enum How {
        /** No connection: the instance has seen nothing of it. */
        NOT_SENT,
        CUT,
        TIMED_OUT,
        /** More bytes than are borne. */
        TOO_LONG
    }

    private static final long serialVersionUID = 1;

    private final How how;

    NoWholeAnswer(How how, String message, Throwable cause) {
        super(message, cause);
        this.how = how;
    }

    NoWholeAnswer(How how, String message) {
        super(message);
        this.how = how;
    }

    How how() {
        return how;
    }
}
