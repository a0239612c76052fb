package dev.slipway.domain.problem;

import java.time.Duration;

/** Something that we need does not answer now, or can take no more. Worth a retry after {@link #retryAfter}. */
public final class Unavailable extends Problem {

    private static final Duration SOON = Duration.ofSeconds(1);

    private final Duration retryAfter;

    /** Worth a retry after a second. */
    public Unavailable(ErrorCode code, String message) {
        this(code, message, SOON);
    }

    /** @param retryAfter not before this time has passed; longer than none */
    public Unavailable(ErrorCode code, String message, Duration retryAfter) {
        super(code, message);
        if (!retryAfter.isPositive()) {
            throw new IllegalArgumentException("retryAfter: expected more than no time, found " + retryAfter);
        }
        this.retryAfter = retryAfter;
    }

    /** How long to wait before the next try; longer than none. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
