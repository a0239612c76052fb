package dev.slipway.domain.batch;

import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.model.ModelApi;
import dev.slipway.domain.service.BatchEntry;

/**
 * What a task does, taken from the service's row once: a later change of the service does not reach a task that runs.
 *
 * @param api the one of the model's apis that answers the records
 * @param template what each of its instances is
 * @param places where they run, and how many
 * @param deployTimeoutMinutes from the grant of its places to its first ready instance
 */
public record TaskSpec(
        BatchEntry entry, ModelApi api, InstanceTemplate template, Places places, int deployTimeoutMinutes) {
    /** What is claimed in the book of places. */
    public record Places(String pool, int count, int priority) {}
}
