package dev.slipway.workflows.retention;

import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.activity.RetryLimits;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.retention.RemovedKind;
import dev.slipway.workflows.contract.retention.Retention;
import dev.slipway.workflows.contract.retention.RetentionActivities;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@link Retention}: first events, then the rows that were kept for them, then the files that no row names any more. */
public final class RetentionImpl implements Retention {

    private static final String INCOMPLETE = "RETENTION_INCOMPLETE";

    private final List<RemovedKind> removed = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @Override
    public List<RemovedKind> removeOld() {
        remove("events", RetentionActivities::removeEvents);
        remove("batch work", RetentionActivities::removeBatchWork);
        remove("rows", RetentionActivities::removeRows);
        remove("files", RetentionActivities::removeFiles);
        Workflow.setCurrentDetails(details());
        if (!failures.isEmpty()) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "not all was removed: " + String.join("; ", failures), INCOMPLETE);
        }
        return removed;
    }

    private void remove(String what, Function<RetentionActivities, List<RemovedKind>> removal) {
        try {
            removal.apply(activities(what)).stream()
                    .filter(kind -> kind.things() > 0)
                    .forEach(removed::add);
        } catch (ActivityFailure failure) {
            if (failure.getCause() instanceof CanceledFailure) {
                throw failure;
            }
            failures.add("%s: %s".formatted(what, ActivityCalls.causeOf(failure)));
        }
    }

    private static RetentionActivities activities(String what) {
        return Workflow.newActivityStub(
                RetentionActivities.class,
                ActivityOptions.newBuilder()
                        .setTaskQueue(Queues.CONTROL)
                        .setStartToCloseTimeout(Duration.ofMinutes(30))
                        .setHeartbeatTimeout(ActivityCalls.HEARTBEAT)
                        .setScheduleToCloseTimeout(Duration.ofHours(6))
                        .setRetryOptions(RetryLimits.UNTIL_IT_ANSWERS)
                        .setSummary("remove old " + what)
                        .build());
    }

    private String details() {
        String all = removed.stream()
                .map(kind -> "%s: %d, %d bytes".formatted(kind.kind(), kind.things(), kind.bytes()))
                .collect(Collectors.joining("\n"));
        return all.isEmpty() ? "nothing to remove" : "removed\n" + all;
    }
}
