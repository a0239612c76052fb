package dev.slipway.domain.batch;

import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.service.BatchEntry;

/**
 * What a task does, taken once from the service's row: a later change of the service does not affect a running task.
 *
 * @param api the one of the model's apis that answers the records
 * @param template of its instances
 * @param slots that it claims for them
 * @param deployTimeoutMinutes from the grant of its slots to its first ready instance
 */
public record TaskSpec(
        BatchEntry entry, ModelApi api, InstanceTemplate template, Slots slots, int deployTimeoutMinutes) {
    /** The slots to claim. */
    public record Slots(String pool, int count, int priority) {}
}
