package dev.slipway.domain.problem;

/** The request cannot be right as it stands: the caller has to change it. Never worth a retry. */
public final class Invalid extends Problem {

    public Invalid(ErrorCode code, String message) {
        super(code, message);
    }
}
