package dev.slipway.workflows.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.workflows.activity.RecordedSummaries;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.retention.RemovedKind;
import dev.slipway.workflows.contract.retention.Retention;
import dev.slipway.workflows.contract.retention.RetentionActivities;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RetentionTests {

    private final CountedRemovals removals = new CountedRemovals();
    private final RecordedSummaries scheduled = new RecordedSummaries();

    @Test
    void removesFilesAfterTheRowsThatNameThem() {
        assertThat(run())
                .extracting(RemovedKind::kind)
                .as("without what removed nothing")
                .containsExactly("events", "work", "files");
        assertThat(removals.calls).containsExactly("events", "work", "rows", "files");
    }

    @Test
    void saysInTemporalWhatEachActivityRemoves() {
        run();

        assertThat(scheduled.summaries().values())
                .containsExactlyInAnyOrder(
                        "remove old events", "remove old batch work", "remove old rows", "remove old files");
    }

    @Test
    void removesTheRestWhereOneKindCannotBeRemoved() {
        removals.failing = true;

        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(this::run)
                .havingCause()
                .withMessageContaining("batch work: the disk is read-only");
        assertThat(removals.calls).containsExactly("events", "work", "rows", "files");
    }

    private List<RemovedKind> run() {
        try (TestWorkflowEnvironment environment =
                TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                        .setWorkerFactoryOptions(scheduled.options())
                        .build())) {
            Worker worker = environment.newWorker(Queues.CONTROL);
            worker.registerWorkflowImplementationTypes(RetentionImpl.class);
            worker.registerActivitiesImplementations(removals);
            environment.start();
            return new ArrayList<>(environment
                    .getWorkflowClient()
                    .newWorkflowStub(
                            Retention.class,
                            WorkflowOptions.newBuilder()
                                    .setTaskQueue(Queues.CONTROL)
                                    .build())
                    .removeOld());
        }
    }

    /** Public, since Temporal calls it by reflection. */
    public static final class CountedRemovals implements RetentionActivities {

        private final List<String> calls = new CopyOnWriteArrayList<>();
        private volatile boolean failing;

        @Override
        public List<RemovedKind> removeEvents() {
            return removed("events", 3);
        }

        @Override
        public List<RemovedKind> removeBatchWork() {
            List<RemovedKind> removed = removed("work", 1);
            if (failing) {
                throw ApplicationFailure.newFailure("the disk is read-only", FailureTypes.BUG);
            }
            return removed;
        }

        @Override
        public List<RemovedKind> removeRows() {
            return removed("rows", 0);
        }

        @Override
        public List<RemovedKind> removeFiles() {
            return removed("files", 2);
        }

        private List<RemovedKind> removed(String kind, int things) {
            calls.add(kind);
            return List.of(new RemovedKind(kind, things, 10));
        }
    }
}
