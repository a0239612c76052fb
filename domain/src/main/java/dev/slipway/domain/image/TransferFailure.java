package dev.slipway.domain.image;

import org.jspecify.annotations.Nullable;

/** An image could not be pulled or pushed. The message says of which image and registry, what was expected and what was found. */
public final class TransferFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String advice;
    private final long limit;

    /** What a user can do about it depends on this. */
    public enum Kind {
        /** The registry refuses these credentials, or all that have none; or the settings do not name it. */
        ACCESS,
        /** There is no such image. */
        MISSING,
        /** The source has no image of that tag. */
        TAG_MISSING,
        /** The source asks to come back later, and did so too often. */
        THROTTLED,
        /** The source does not answer, or not as one should. */
        SOURCE,
        /** What came is not what the digest or the size says. */
        DAMAGED,
        /** The image is larger than the settings allow. */
        TOO_LARGE,
        /** The image has something in it that is not unpacked here. */
        CONTENT
    }

    public TransferFailure(Kind kind, String message, String advice) {
        this(kind, message, advice, null);
    }

    /** @param advice what to do */
    public TransferFailure(Kind kind, String message, String advice, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.advice = advice;
        this.limit = 0;
    }

    private TransferFailure(String message, String advice, long limit) {
        super(message);
        this.kind = Kind.TOO_LARGE;
        this.advice = advice;
        this.limit = limit;
    }

    /** @param limit in bytes */
    public static TransferFailure tooLarge(String message, String advice, long limit) {
        return new TransferFailure(message, advice, limit);
    }

    public Kind kind() {
        return kind;
    }

    public String advice() {
        return advice;
    }

    /** How many bytes the settings allow; 0 for other kinds than {@link Kind#TOO_LARGE}. */
    public long limit() {
        return limit;
    }
}
