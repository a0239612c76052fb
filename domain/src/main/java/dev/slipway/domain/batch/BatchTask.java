package dev.slipway.domain.batch;

import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.storage.ObjectUri;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A task, as stored in its row.
 *
 * @param plan null until it is planned
 * @param seal null while chunks may be committed
 * @param error why it FAILED; null if it did not
 * @param startedAt when its first instance was ready; null before
 * @param endedAt null until then
 * @param workRemovedAt since when its plan, parts and commits are removed, so that it cannot be repaired; null while they are kept
 */
public record BatchTask(
        TaskId id,
        ServiceId service,
        TaskSpec spec,
        TaskStatus status,
        @Nullable PlanTotals plan,
        @Nullable Seal seal,
        @Nullable String error,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Instant workRemovedAt) {
    /** What an error begins with that says why the results of a task could not be written. */
    public static final String OUTPUT_ERROR = "the output could not be written: ";

    /** The first manifest; empty before the end, and where it was never planned or its output could not be written. */
    public Optional<ObjectUri> manifest() {
        boolean isWritten = endedAt != null && plan != null && (error == null || !error.startsWith(OUTPUT_ERROR));
        return isWritten ? Optional.of(new TaskFolders(spec.entry().destination(), id).manifest(0)) : Optional.empty();
    }

    public static BatchTask draft(TaskId id, ServiceId service, TaskSpec spec, Instant now) {
        return new BatchTask(id, service, spec, TaskStatus.DEPLOYING, null, null, null, now, null, null, null);
    }
}
