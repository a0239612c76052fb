package dev.slipway.activities.batch;

import java.io.IOException;

/** An answer has more bytes than the limit. */
final class AnswerTooLong extends IOException {
    private static final long serialVersionUID = 1;

    AnswerTooLong(long most) {
        super("the answer is longer than %d bytes".formatted(most));
    }
}
