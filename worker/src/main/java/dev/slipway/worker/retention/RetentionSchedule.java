package dev.slipway.worker.retention;

import dev.slipway.worker.periodic.PeriodicTask;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.retention.Retention;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleAlreadyRunningException;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleClientOptions;
import io.temporal.client.schedules.ScheduleIntervalSpec;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.client.schedules.ScheduleUpdate;
import java.time.Duration;
import java.util.List;

/**
 * Creates or updates the hourly Schedule of {@link Retention}. It retries until it succeeds, in the background, so that the worker can
 * start while Temporal is unavailable. Afterwards it checks each minute, because a Temporal that lost its database has lost the Schedule.
 */
public final class RetentionSchedule implements AutoCloseable {

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Duration CHECKED_EACH = Duration.ofMinutes(1);

    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration JITTER = Duration.ofMinutes(5);
    private static final Duration CATCH_UP = Duration.ofHours(1);

    private final ScheduleClient schedules;
    private final PeriodicTask task;
    private boolean isUpToDate;
    private boolean isThere;

    public RetentionSchedule(WorkflowClient client) {
        this(
                ScheduleClient.newInstance(
                        client.getWorkflowServiceStubs(),
                        ScheduleClientOptions.newBuilder()
                                .setNamespace(client.getOptions().getNamespace())
                                .setDataConverter(client.getOptions().getDataConverter())
                                .build()),
                AFTER_FAILURE);
    }

    /** @param afterFailure how long it waits before it tries again */
    RetentionSchedule(ScheduleClient schedules, Duration afterFailure) {
        this.schedules = schedules;
        this.task = new PeriodicTask("retention-schedule", () -> isThere ? CHECKED_EACH : afterFailure, this::round);
    }

    /** Starts trying; returns at once. */
    public RetentionSchedule start() {
        task.start();
        return this;
    }

    @Override
    public void close() {
        task.close();
    }

    private void round() {
        isThere = false;
        ensure();
        isUpToDate = true;
        isThere = true;
    }

    private void ensure() {
        Schedule schedule = schedule();
        try {
            schedules.createSchedule(
                    Retention.SCHEDULE, schedule, ScheduleOptions.newBuilder().build());
        } catch (ScheduleAlreadyRunningException alreadyThere) {
            if (!isUpToDate) {
                schedules
                        .getHandle(Retention.SCHEDULE)
                        .update(input -> new ScheduleUpdate(Schedule.newBuilder(schedule)
                                .setState(input.getDescription().getSchedule().getState())
                                .build()));
            }
        }
    }

    private static Schedule schedule() {
        return Schedule.newBuilder()
                .setAction(ScheduleActionStartWorkflow.newBuilder()
                        .setWorkflowType(Retention.TYPE)
                        .setOptions(WorkflowOptions.newBuilder()
                                .setWorkflowId(Retention.SCHEDULE)
                                .setTaskQueue(Queues.CONTROL)
                                .build())
                        .build())
                .setSpec(ScheduleSpec.newBuilder()
                        .setIntervals(List.of(new ScheduleIntervalSpec(PERIOD)))
                        .setJitter(JITTER)
                        .build())
                .setPolicy(SchedulePolicy.newBuilder()
                        .setOverlap(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_SKIP)
                        .setCatchupWindow(CATCH_UP)
                        .build())
                .build();
    }
}
