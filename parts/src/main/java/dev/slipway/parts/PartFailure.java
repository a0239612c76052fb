package dev.slipway.parts;

import org.jspecify.annotations.Nullable;

/** An embedded part failed; the message says why and what to do. */
public final class PartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String part;

    public PartFailure(String part, String problem) {
        this(part, problem, null);
    }

    public PartFailure(String part, String problem, @Nullable Throwable cause) {
        super("part '%s': %s".formatted(part, problem), cause);
        this.part = part;
    }

    /** The name of the part, as {@link Part#name()}. */
    public String part() {
        return part;
    }
}
