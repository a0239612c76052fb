package dev.slipway.domain.service;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change that a user asks for. Null changes nothing.
 *
 * @param status RUNNING to start, STOPPED to stop; {@code config} is ignored then
 * @param description the empty text removes it
 * @param schedule an empty list removes it; at most one, not armed
 */
public record ServiceUpdate(
        @Nullable ConfigRequest config,
        @Nullable Wanted status,
        @Nullable String description,
        @Nullable List<AutoStop> schedule,
        @Nullable Integer priority,
        ExtrasChange extras) {

    public ServiceUpdate {
        if (status == Wanted.DELETED) {
            throw new IllegalArgumentException("status: a service is deleted by delete");
        }
        schedule = schedule == null ? null : List.copyOf(schedule);
    }

    public static ServiceUpdate ofConfig(ConfigRequest config) {
        return new ServiceUpdate(config, null, null, null, null, ExtrasChange.none());
    }

    public static ServiceUpdate ofStatus(Wanted status) {
        return new ServiceUpdate(null, status, null, null, null, ExtrasChange.none());
    }

    public static ServiceUpdate ofSchedule(List<AutoStop> schedule) {
        return new ServiceUpdate(null, null, null, schedule, null, ExtrasChange.none());
    }

    public static ServiceUpdate ofDescription(String description) {
        return new ServiceUpdate(null, null, description, null, null, ExtrasChange.none());
    }
}
