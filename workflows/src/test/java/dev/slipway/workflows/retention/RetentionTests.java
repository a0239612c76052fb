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
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    static Stream<String> steps() {
        return Stream.of(RetentionActivities.class.getMethods()).map(Method::getName);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void removesTheRestWhereOneKindCannotBeRemoved(String broken) {
        removals.broken = broken;

        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(this::run)
                .havingCause()
                .withMessageContaining(": '%s' is broken".formatted(broken));
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
        private volatile String broken = "none";

        @Override
        public List<RemovedKind> removeEvents() {
            return removed("events", "removeEvents", 3);
        }

        @Override
        public List<RemovedKind> removeBatchWork() {
            return removed("work", "removeBatchWork", 1);
        }

        @Override
        public List<RemovedKind> removeRows() {
            return removed("rows", "removeRows", 0);
        }

        @Override
        public List<RemovedKind> removeFiles() {
            return removed("files", "removeFiles", 2);
        }

        private List<RemovedKind> removed(String kind, String method, int things) {
            calls.add(kind);
            if (method.equals(broken)) {
                throw ApplicationFailure.newFailure("'%s' is broken".formatted(method), FailureTypes.BUG);
            }
            return List.of(new RemovedKind(kind, things, 10));
        }
    }
}
