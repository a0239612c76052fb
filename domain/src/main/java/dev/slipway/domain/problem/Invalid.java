package dev.slipway.domain.problem;

import org.jspecify.annotations.Nullable;

/** The request is wrong: the caller has to change it. Never worth a retry. */
public final class Invalid extends Problem {

    private final @Nullable String field;

    public Invalid(ErrorCode code, String message) {
        this(code, null, message);
    }

    /** @param field path of the wrong field; null for the whole request */
    public Invalid(ErrorCode code, @Nullable String field, String message) {
        super(code, message);
        this.field = field;
    }

    /** Path of the wrong field, for example {@code apis[0].url}; null for the whole request, or if not known. */
    public @Nullable String field() {
        return field;
    }
}
