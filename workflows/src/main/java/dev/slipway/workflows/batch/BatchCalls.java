package dev.slipway.workflows.batch;

import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.activity.RetryLimits;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchInstanceActivities;
import dev.slipway.workflows.contract.batch.BatchTaskActivities;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.batch.OpenedTask;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The activities of a batch job, each with its limits and a summary for the Temporal UI. Workflow code only. */
final class BatchCalls {
    private static final Duration ONE_TRY = Duration.ofHours(4);
    // Of all tries together, without the outages of object storage that they wait for.
    private static final Duration WORK = Duration.ofHours(24);
    private static final Duration LONGEST_OUTAGE = Duration.ofHours(24);

    private BatchCalls() {}

    static BatchTaskActivities task(String summary) {
        return ActivityCalls.untilDone(BatchTaskActivities.class, summary);
    }

    static BatchInstanceActivities instances(String summary) {
        return ActivityCalls.untilDone(BatchInstanceActivities.class, summary);
    }

    /** The steps wait for object storage themselves: their limit ends later than the longest outage that may begin in them. */
    static BatchWorkActivities work(String summary, OpenedTask task) {
        return work(summary, task.longestOutage());
    }

    /** @param longestOutage of object storage that the task waits for; null if it is not known */
    static BatchWorkActivities work(String summary, @Nullable Duration longestOutage) {
        Duration outage = Objects.requireNonNullElse(longestOutage, LONGEST_OUTAGE);
        return Workflow.newActivityStub(
                BatchWorkActivities.class, beating(summary, WORK.plus(outage)).build());
    }

    private static ActivityOptions.Builder beating(String summary, Duration allTries) {
        return ActivityOptions.newBuilder()
                .setTaskQueue(Queues.BATCH)
                .setHeartbeatTimeout(ActivityCalls.HEARTBEAT)
                .setStartToCloseTimeout(ONE_TRY)
                .setScheduleToCloseTimeout(allTries)
                // A cancelled chunk commits what it has. After the seal no commit is accepted, so nobody has to wait
                // for one that hangs.
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(RetryLimits.UNTIL_IT_ANSWERS)
                .setSummary(summary);
    }
}
