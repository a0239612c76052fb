package dev.slipway.workflows.event;

import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.event.EventRetention;
import dev.slipway.workflows.contract.event.EventRetentionActivities;
import io.temporal.activity.ActivityOptions;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/** {@link EventRetention}. */
public final class EventRetentionImpl implements EventRetention {

    private final EventRetentionActivities activities = Workflow.newActivityStub(
            EventRetentionActivities.class,
            ActivityOptions.newBuilder()
                    .setTaskQueue(Queues.CONTROL)
                    .setStartToCloseTimeout(Duration.ofMinutes(30))
                    .setHeartbeatTimeout(Duration.ofSeconds(60))
                    .setScheduleToCloseTimeout(Duration.ofHours(6))
                    .build());

    @Override
    public Removed removeOldEvents() {
        int services = activities.removeOldServiceEvents();
        int models = activities.removeOldModelEvents();
        Workflow.setCurrentDetails("removed %d events of services, %d of models".formatted(services, models));
        return new Removed(services, models);
    }
}
