package dev.slipway.domain.problem;

/**
 * A failure that the caller can handle. The message names the thing in quotes, what was expected, what was found and what to do; long texts in quotes are cut. Any other
 * exception is a bug.
 */
public abstract sealed class Problem extends RuntimeException
        permits Invalid, NotFound, Conflict, NoCapacity, NotAllowed, Unavailable {

    private final ErrorCode code;

    Problem(ErrorCode code, String message) {
        super(CallerText.cutIn(message));
        this.code = code;
    }

    /** The code that clients read. */
    public final ErrorCode code() {
        return code;
    }
}
