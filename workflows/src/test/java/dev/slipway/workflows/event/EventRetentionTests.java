package dev.slipway.workflows.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.event.EventRetention;
import dev.slipway.workflows.contract.event.EventRetentionActivities;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import org.junit.jupiter.api.Test;

class EventRetentionTests {

    @Test
    void removesOfServicesThenOfModels() {
        try (TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance()) {
            Worker worker = environment.newWorker(Queues.CONTROL);
            worker.registerWorkflowImplementationTypes(EventRetentionImpl.class);
            worker.registerActivitiesImplementations(new CountedRemovals());
            environment.start();
            EventRetention retention = environment
                    .getWorkflowClient()
                    .newWorkflowStub(
                            EventRetention.class,
                            WorkflowOptions.newBuilder()
                                    .setTaskQueue(Queues.CONTROL)
                                    .build());
            assertThat(retention.removeOldEvents()).isEqualTo(new EventRetention.Removed(3, 5));
        }
    }

    /** Public, since Temporal calls it by reflection. */
    public static final class CountedRemovals implements EventRetentionActivities {
        @Override
        public int removeOldServiceEvents() {
            return 3;
        }

        @Override
        public int removeOldModelEvents() {
            return 5;
        }
    }
}
