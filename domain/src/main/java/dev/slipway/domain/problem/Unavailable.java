package dev.slipway.domain.problem;

import java.time.Duration;

/** Something that is needed does not answer now, or is overloaded. Worth a retry after {@link #retryAfter}. */
public final class Unavailable extends Problem {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Duration retryAfter;

    /** Worth a retry after a second. */
    public Unavailable(ErrorCode code, String message) {
        this(code, message, SOON);
    }

    /** @param retryAfter how long to wait before a retry; more than zero */
    public Unavailable(ErrorCode code, String message, Duration retryAfter) {
        super(code, message);
        if (!retryAfter.isPositive()) {
            throw new IllegalArgumentException("retryAfter: expected more than no time, found " + retryAfter);
        }
        this.retryAfter = retryAfter;
    }

    /** How long to wait before a retry; more than zero. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
