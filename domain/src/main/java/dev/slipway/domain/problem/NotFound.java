package dev.slipway.domain.problem;

/** The thing does not exist, or not for this caller. */
public final class NotFound extends Problem {

    public NotFound(ErrorCode code, String message) {
        super(code, message);
    }
}
