package dev.slipway.workflows.batch;

import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchInstanceActivities;
import dev.slipway.workflows.contract.batch.BatchTaskActivities;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.progress.Retries;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** The activities of a batch job, each with its limits and a summary for the Temporal UI. Workflow code only. */
final class Steps {
    // A killed worker is noticed within this: a record has to reach an instance again within 20 s.
    private static final Duration HEARTBEAT = Duration.ofSeconds(4);
    // The same for a step that is too short to heartbeat: a transaction on a few rows, which may be done again.
    private static final Duration ROWS = Duration.ofSeconds(8);
    private static final Duration ONE_TRY = Duration.ofHours(4);
    private static final Duration ALL_TRIES = Duration.ofHours(24);

    private Steps() {}

    static BatchTaskActivities task(String summary) {
        return Workflow.newActivityStub(
                BatchTaskActivities.class,
                ActivityOptions.newBuilder()
                        .setTaskQueue(Queues.CONTROL)
                        .setStartToCloseTimeout(ROWS)
                        .setRetryOptions(Retries.UNTIL_IT_ANSWERS)
                        .setSummary(summary)
                        .build());
    }

    static BatchInstanceActivities instances(String summary) {
        return Workflow.newActivityStub(
                BatchInstanceActivities.class,
                beating(summary).setTaskQueue(Queues.CLUSTER).build());
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
                // A cancelled chunk may go on for a moment: the seal, not its end, is what nothing passes.
                .setCancellationType(ActivityCancellationType.TRY_CANCEL)
                .setRetryOptions(Retries.UNTIL_IT_ANSWERS)
                .setSummary(summary);
    }
}
