package dev.slipway.domain.problem;

/** The thing exists already, or its state does not allow the command now. */
public final class Conflict extends Problem {

    public Conflict(ErrorCode code, String message) {
        super(code, message);
    }
}
