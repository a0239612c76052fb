package dev.slipway.workflows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.workflows.batch.BatchInferenceImpl;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.model.ModelImportImpl;
import dev.slipway.workflows.request.DeployServiceImpl;
import dev.slipway.workflows.request.ImportModelImpl;
import dev.slipway.workflows.request.RunBatchImpl;
import dev.slipway.workflows.retention.RetentionImpl;
import dev.slipway.workflows.rollout.RolloutImpl;
import dev.slipway.workflows.service.ServiceLifecycleImpl;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories that earlier versions made on a real server, replayed by the code of today: what fails here would stick in the middle of
 * somebody's work after an update. They are added to, never edited; {@code CONTRIBUTING.md} says how they are recorded.
 */
class HistoryReplayTests {

    private static final TestWorkflowEnvironment ENVIRONMENT =
            TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                    .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                            .setDataConverter(Payloads.converter())
                            .build())
                    .build());
    private static final Worker WORKER = ENVIRONMENT.newWorker("replays");

    @BeforeAll
    static void register() {
        WORKER.registerWorkflowImplementationTypes(
                RetentionImpl.class,
                ModelImportImpl.class,
                ServiceLifecycleImpl.class,
                RolloutImpl.class,
                BatchInferenceImpl.class,
                ImportModelImpl.class,
                DeployServiceImpl.class,
                RunBatchImpl.class);
    }

    @AfterAll
    static void close() {
        ENVIRONMENT.close();
    }

    static List<Path> histories() throws IOException, URISyntaxException {
        URL folder = Objects.requireNonNull(HistoryReplayTests.class.getResource("/histories"));
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void isReplayed(Path file) throws Exception {
        String json = Files.readString(file);
        String id = WorkflowExecutionHistory.fromJson(json)
                .getEvents()
                .getFirst()
                .getWorkflowExecutionStartedEventAttributes()
                .getWorkflowId();
        WorkflowReplayer.replayWorkflowExecution(
                id.isEmpty() ? WorkflowExecutionHistory.fromJson(json) : WorkflowExecutionHistory.fromJson(json, id),
                WORKER);
    }

    @Test
    void haveOneOfEachWorkflowAtLeast() throws Exception {
        List<String> types = histories().stream()
                .map(file -> file.getFileName().toString())
                .map(name -> name.substring(0, name.indexOf('-')))
                .distinct()
                .toList();

        assertThat(types)
                .contains(
                        "ModelImport",
                        "ServiceLifecycle",
                        "Rollout",
                        "BatchInference",
                        "ImportModel",
                        "DeployService",
                        "RunBatch");
    }
}
