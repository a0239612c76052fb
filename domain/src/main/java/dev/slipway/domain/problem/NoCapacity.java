package dev.slipway.domain.problem;

/** The pool can never have capacity for this request. */
public final class NoCapacity extends Problem {

    public NoCapacity(ErrorCode code, String message) {
        super(code, message);
    }
}
