package dev.slipway.domain.instance;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The kept log of an instance.
 *
 * @param name where a person finds it, such as the path of a file
 * @param bytes its size; older output than that is not kept
 * @param startedAt null if the instance never came up
 * @param endedAt null while it runs
 * @param exitCode null while it runs, or if the code is not known
 * @param cause why it failed to start or exited; null if it did not, or if that is not known
 */
public record InstanceLog(
        InstanceId instance,
        String name,
        long bytes,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Integer exitCode,
        @Nullable String cause) {}
