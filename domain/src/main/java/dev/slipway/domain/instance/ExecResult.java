package dev.slipway.domain.instance;

import org.jspecify.annotations.Nullable;

/**
 * What came of a command inside an instance.
 *
 * @param exitCode null if it was ended because its time was over
 * @param output what it printed, both streams in the order in which it came; the first {@link #MOST_OUTPUT} bytes
 */
public record ExecResult(@Nullable Integer exitCode, String output) {

    /** So many bytes of output are kept. */
    public static final int MOST_OUTPUT = 1 << 20;
}
