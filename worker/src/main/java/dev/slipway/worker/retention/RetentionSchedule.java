package dev.slipway.worker.retention;

import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.retention.Retention;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleAlreadyRunningException;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleClientOptions;
import io.temporal.client.schedules.ScheduleException;
import io.temporal.client.schedules.ScheduleIntervalSpec;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.client.schedules.ScheduleUpdate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates or updates the hourly Schedule of {@link Retention}. It retries until it succeeds, in the background, so that the worker can
 * start while Temporal is unavailable. Afterwards it checks each minute, because a Temporal that lost its database has lost the Schedule.
 */
public final class RetentionSchedule implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration LOOK_AFTER = Duration.ofMinutes(1);

    private static final Duration PERIOD = Duration.ofHours(1);
    private static final Duration JITTER = Duration.ofMinutes(5);
    private static final Duration CATCH_UP = Duration.ofHours(1);

    private final ScheduleClient schedules;
    private volatile @Nullable Thread keeper;

    public RetentionSchedule(WorkflowClient client) {
        this.schedules = ScheduleClient.newInstance(
                client.getWorkflowServiceStubs(),
                ScheduleClientOptions.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setDataConverter(client.getOptions().getDataConverter())
                        .build());
    }

    /** Starts trying; returns at once. */
    public RetentionSchedule start() {
        keeper = Thread.ofVirtual().name("retention-schedule").start(this::keep);
        return this;
    }

    @Override
    public void close() {
        Thread running = keeper;
        if (running != null) {
            running.interrupt();
        }
    }

    private void keep() {
        boolean isUpToDate = false;
        while (!Thread.currentThread().isInterrupted()) {
            boolean isThere = true;
            try {
                ensure(isUpToDate);
                isUpToDate = true;
            } catch (ScheduleException | StatusRuntimeException e) {
                isThere = false;
                LOG.warn("schedule={} cannot be kept now, tried again cause={}", Retention.SCHEDULE, e.toString());
            }
            try {
                Thread.sleep(isThere ? LOOK_AFTER : AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void ensure(boolean isUpToDate) {
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
