package dev.slipway.domain.batch;

import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.JobLimits;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a task does, taken once from the service's row: a later change of the service does not affect a running task.
 *
 * @param api the one of the model's apis that answers the records
 * @param template of its instances
 * @param slots that it claims for them
 * @param deployTimeoutMinutes from the grant of its slots to its first ready instance
 * @param deadline when it is ended although records are left; null for never
 */
public record TaskSpec(
        BatchEntry entry,
        ModelApi api,
        InstanceTemplate template,
        Slots slots,
        int deployTimeoutMinutes,
        @Nullable Instant deadline) {

    /** Without a deadline. */
    public TaskSpec(BatchEntry entry, ModelApi api, InstanceTemplate template, Slots slots, int deployTimeoutMinutes) {
        this(entry, api, template, slots, deployTimeoutMinutes, null);
    }

    /** When it is ended although records are left. */
    public JobLimits limits() {
        return Objects.requireNonNullElse(entry.limits(), JobLimits.NONE);
    }

    /** The slots to claim. */
    public record Slots(String pool, int count, int priority) {}
}
