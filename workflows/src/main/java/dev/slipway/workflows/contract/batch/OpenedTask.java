package dev.slipway.workflows.contract.batch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a task when its workflow starts.
 *
 * @param title model and source, for people
 * @param parallelism chunks that are worked on at once
 * @param startWithin how long it may have no ready instance
 * @param longestWait how long it waits for slots
 * @param sealed whether its end is already decided and only has to be carried out
 * @param ended the result, if it has ended before; null if it has not
 * @param longestOutage how long it waits for object storage that does not answer; null if an older worker wrote it: 24 hours
 * @param isPaused whether a user has asked it to rest
 * @param deadline when it is ended although records are left; null for never
 */
public record OpenedTask(
        String title,
        int parallelism,
        Duration startWithin,
        Duration longestWait,
        boolean sealed,
        @Nullable BatchResult ended,
        @Nullable Duration longestOutage,
        boolean isPaused,
        @Nullable Instant deadline) {}
