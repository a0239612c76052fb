package dev.slipway.domain.batch;

import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.service.BatchEntry;

/**
 * What a task does, taken from the service's row once: a later change of the service does not reach a task that runs.
 *
 * @param api the one of the model's apis that answers the records
 * @param template what each of its instances is
 * @param slots where they run, and how many
 * @param deployTimeoutMinutes from the grant of its slots to its first ready instance
 */
public record TaskSpec(
        BatchEntry entry, ModelApi api, InstanceTemplate template, Slots slots, int deployTimeoutMinutes) {
    /** What is claimed in the book of slots. */
    public record Slots(String pool, int count, int priority) {}
}
