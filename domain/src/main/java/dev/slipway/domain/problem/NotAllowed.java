package dev.slipway.domain.problem;

/** The caller is unknown or has no right to this. */
public final class NotAllowed extends Problem {

    public NotAllowed(ErrorCode code, String message) {
        super(code, message);
    }
}
