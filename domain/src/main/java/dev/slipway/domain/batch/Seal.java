package dev.slipway.domain.batch;

import org.jspecify.annotations.Nullable;

/**
 * The decision how a task ends. After it no chunk can be committed.
 *
 * @param end one of the ends
 * @param rest the failure message of records without an outcome; null if there are none
 */
public record Seal(TaskStatus end, @Nullable String rest) {
    public static final String CANCELLED = "cancelled";

    public Seal {
        if (!end.isEnd()) {
            throw new IllegalArgumentException("seal: %s is no end".formatted(end));
        }
    }

    public static Seal finished() {
        return new Seal(TaskStatus.FINISHED, null);
    }

    public static Seal stopped() {
        return new Seal(TaskStatus.STOPPED, CANCELLED);
    }

    public static Seal failed(String error) {
        return new Seal(TaskStatus.FAILED, error);
    }
}
