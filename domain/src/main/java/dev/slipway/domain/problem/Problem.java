package dev.slipway.domain.problem;

/**
 * A failure that its caller can do something about. The message names the thing in quotes, what was expected, what was found and
 * what to do. Anything else that is thrown is a bug.
 */
public abstract sealed class Problem extends RuntimeException
        permits Invalid, NotFound, Conflict, NoCapacity, NotAllowed, Unavailable {

    private final ErrorCode code;

    Problem(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** The code that clients read. */
    public final ErrorCode code() {
        return code;
    }
}
