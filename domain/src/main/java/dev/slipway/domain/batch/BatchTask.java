package dev.slipway.domain.batch;

import dev.slipway.domain.service.ServiceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as its row has it.
 *
 * @param plan null until it is planned
 * @param seal null while chunks may be committed
 * @param error why it FAILED; null if it did not
 * @param startedAt when its first instance was ready; null before
 * @param endedAt null until then
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
        @Nullable Instant endedAt) {
    public static BatchTask draft(TaskId id, ServiceId service, TaskSpec spec, Instant now) {
        return new BatchTask(id, service, spec, TaskStatus.DEPLOYING, null, null, null, now, null, null);
    }
}
