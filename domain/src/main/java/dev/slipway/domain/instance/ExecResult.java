package dev.slipway.domain.instance;

import org.jspecify.annotations.Nullable;

/**
 * The result of a command in an instance.
 *
 * @param exitCode null if it was killed because its time was over
 * @param output both streams in order; the first {@link #MOST_OUTPUT} bytes
 */
public record ExecResult(@Nullable Integer exitCode, String output) {

    /** How many bytes of output are kept. */
    public static final int MOST_OUTPUT = 1 << 20;
}
