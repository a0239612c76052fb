package dev.slipway.formats.service;

import dev.slipway.formats.wire.WireRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A service in a list (wire contract 3.4). Times are milliseconds since 1970; what is not set is left out.
 *
 * @param schedule null if there is no auto-stop
 * @param invocationTimes requests since its creation; null for a batch service, as {@code failedTimes}
 * @param taskId of a batch service that was started, as {@code task}
 * @param progress 0 to 100, while it deploys, or of the task
 */
@WireRecord
public record ServiceItem(
        String serviceId,
        String serviceName,
        @Nullable String description,
        String tenant,
        String project,
        String owner,
        String inferType,
        String workspaceId,
        String status,
        long publishAt,
        long transitionAt,
        long operationTime,
        @Nullable List<ScheduleEntry> schedule,
        @Nullable Long dueTime,
        @Nullable Long invocationTimes,
        @Nullable Long failedTimes,
        boolean isShared,
        int sharedCount,
        boolean isOpenedSampleCollection,
        @Nullable JsonNode additionalProperties,
        @Nullable String taskId,
        @Nullable Integer progress,
        @Nullable Long startTime,
        @Nullable Long finishedTime,
        @Nullable ServiceTask task) {
    public ServiceItem {
        schedule = schedule == null ? null : List.copyOf(schedule);
    }
}
