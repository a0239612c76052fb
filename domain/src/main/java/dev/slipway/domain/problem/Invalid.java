package dev.slipway.domain.problem;

import org.jspecify.annotations.Nullable;

/** The request cannot be right as it stands: the caller has to change it. Never worth a retry. */
public final class Invalid extends Problem {

    private final @Nullable String field;

    public Invalid(ErrorCode code, String message) {
        this(code, null, message);
    }

    /** @param field path of the field that is wrong; null if it is the whole */
    public Invalid(ErrorCode code, @Nullable String field, String message) {
        super(code, message);
        this.field = field;
    }

    /** Path of the field that is wrong, for example {@code apis[0].url}; null if it is the whole, or not known. */
    public @Nullable String field() {
        return field;
    }
}
