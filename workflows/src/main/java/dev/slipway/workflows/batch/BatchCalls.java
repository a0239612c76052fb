package dev.slipway.workflows.batch;

import dev.slipway.workflows.activity.ActivityCalls;
import dev.slipway.workflows.activity.RetryLimits;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchInstanceActivities;
import dev.slipway.workflows.contract.batch.BatchTaskActivities;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** The activities of a batch job, each with its limits and a summary for the Temporal UI. Workflow code only. */
final class BatchCalls {
    // Generous: a restart of Temporal or a starved machine must not waste healthy work. The death of a worker is found
    // by its lock, long
    // before this.
    private static final Duration HEARTBEAT = Duration.ofSeconds(60);
    private static final Duration ONE_TRY = Duration.ofHours(4);
    private static final Duration ALL_TRIES = Duration.ofHours(24);

    private BatchCalls() {}

    static BatchTaskActivities task(String summary) {
        return ActivityCalls.untilDone(BatchTaskActivities.class, summary);
    }

    static BatchInstanceActivities instances(String summary) {
        return ActivityCalls.untilDone(BatchInstanceActivities.class, summary);
    }

    static BatchWorkActivities work(String summary) {
        return Workflow.newActivityStub(
                BatchWorkActivities.class, beating(summary).build());
    }

    private static ActivityOptions.Builder beating(String summary) {
        return ActivityOptions.newBuilder()
                .setTaskQueue(Queues.BATCH)
                .setHeartbeatTimeout(HEARTBEAT)
                .setStartToCloseTimeout(ONE_TRY)
                .setScheduleToCloseTimeout(ALL_TRIES)
                // A cancelled chunk may go on for a moment. That is safe: after the seal no commit is accepted.
                .setCancellationType(ActivityCancellationType.TRY_CANCEL)
                .setRetryOptions(RetryLimits.UNTIL_IT_ANSWERS)
                .setSummary(summary);
    }
}
