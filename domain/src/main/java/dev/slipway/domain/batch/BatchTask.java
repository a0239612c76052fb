package dev.slipway.domain.batch;

import dev.slipway.domain.service.ServiceId;
import java.time.Instant;
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
    public static BatchTask draft(TaskId id, ServiceId service, TaskSpec spec, Instant now) {
        return new BatchTask(id, service, spec, TaskStatus.DEPLOYING, null, null, null, now, null, null, null);
    }
}
