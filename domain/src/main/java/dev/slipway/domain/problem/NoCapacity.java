package dev.slipway.domain.problem;

/** The place asked for has no room and never will have for this request. */
public final class NoCapacity extends Problem {

    public NoCapacity(ErrorCode code, String message) {
        super(code, message);
    }
}
