package dev.slipway.domain.problem;

/** Something that we need does not answer now. Worth a retry. */
public final class Unavailable extends Problem {

    public Unavailable(ErrorCode code, String message) {
        super(code, message);
    }
}
