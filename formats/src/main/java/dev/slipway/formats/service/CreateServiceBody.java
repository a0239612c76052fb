package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a new service (wire contract 3.1), with the fields that have an effect.
 *
 * @param inferType {@code real-time} or {@code batch}
 * @param schedule of a real-time service: null, empty, or one entry
 * @param priority 1 to 3; null for 2
 */
@WireRecord
public record CreateServiceBody(
        String serviceName,
        String inferType,
        List<EntryBody> config,
        @Nullable String description,
        @Nullable String clusterId,
        @Nullable String poolName,
        @Nullable List<ScheduleEntry> schedule,
        @Nullable JsonNode additionalProperties,
        @Nullable String loadBalancerPolicy,
        @Nullable Integer priority) {
    public CreateServiceBody {
        config = List.copyOf(config);
    }

    public static CreateServiceBody realTime(String name, EntryBody... versions) {
        return new CreateServiceBody(name, "real-time", List.of(versions), null, null, null, null, null, null, null);
    }

    public static CreateServiceBody batch(String name, EntryBody entry) {
        return new CreateServiceBody(name, "batch", List.of(entry), null, null, null, null, null, null, null);
    }

    /** The same with an auto-stop. */
    public CreateServiceBody stoppingAfter(String timeUnit, int duration) {
        return new CreateServiceBody(
                serviceName,
                inferType,
                config,
                description,
                clusterId,
                poolName,
                List.of(new ScheduleEntry("stop", timeUnit, duration)),
                additionalProperties,
                loadBalancerPolicy,
                priority);
    }
}
