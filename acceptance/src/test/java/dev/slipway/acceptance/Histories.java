package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.worker.WorkerApplication;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalProperties;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowExecutionMetadata;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All histories of an installation: replayed by the workflow code of today, and held to their budgets. With
 * {@code -Dslipway.histories=FOLDER} they are kept there too, for the replays of later versions.
 */
final class Histories {

    /** The longest text or value that may travel, in bytes. */
    private static final int LARGEST_EVENT = 16 * 1024;

    private final Map<String, Integer> longest = new TreeMap<>();

    private Histories() {}

    /** Fails for the first history that cannot be replayed or is longer than it may be; returns the most events by type. */
    static Map<String, Integer> check(Map<String, String> env) throws Exception {
        Histories histories = new Histories();
        TemporalProperties properties = new TemporalProperties(
                RunningSlipway.value(env, "TEMPORAL_ADDRESS"), RunningSlipway.value(env, "TEMPORAL_NAMESPACE"));
        try (TemporalConnection temporal = TemporalConnection.open(properties, "test");
                TestWorkflowEnvironment replays =
                        TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                                        .setDataConverter(Payloads.converter())
                                        .build())
                                .build())) {
            Worker worker = replays.newWorker("replays");
            worker.registerWorkflowImplementationTypes(WorkerApplication.workflows());
            WorkflowClient client = temporal.client();
            int checked = 0;
            try (Stream<WorkflowExecutionMetadata> runs = client.listExecutions("")) {
                for (WorkflowExecutionMetadata run : runs.toList()) {
                    if (run.getWorkflowType().startsWith("temporal-sys")) {
                        continue;
                    }
                    WorkflowExecutionHistory history = client.fetchHistory(
                            run.getExecution().getWorkflowId(),
                            run.getExecution().getRunId());
                    histories.check(run, history, worker);
                    checked++;
                }
            }
            assertThat(checked).as("histories").isPositive();
        }
        System.out.println("most events of a history: " + histories.longest);
        return histories.longest;
    }

    private void check(WorkflowExecutionMetadata run, WorkflowExecutionHistory history, Worker worker)
            throws Exception {
        keep(run, history);
        String name =
                "%s %s".formatted(run.getWorkflowType(), run.getExecution().getWorkflowId());
        try {
            WorkflowReplayer.replayWorkflowExecution(history, worker);
        } catch (Exception e) { // whatever it is, the failure has to name the workflow
            throw new AssertionError("replay of %s: %s".formatted(name, e.getMessage()), e);
        }
        List<HistoryEvent> events = history.getEvents();
        longest.merge(run.getWorkflowType(), events.size(), Math::max);
        assertThat(events).as("events of %s", name).hasSizeLessThanOrEqualTo(budget(run.getWorkflowType(), events));
        assertThat(withoutSummary(events))
                .as("steps of %s without a summary", name)
                .isEmpty();
        assertThat(events)
                .as("bytes of an event of %s", name)
                .allMatch(event -> event.getSerializedSize() <= LARGEST_EVENT);
    }

    /** What a history may have, by what was done in it. */
    private static int budget(String type, List<HistoryEvent> events) {
        return switch (type) {
            case "ModelImport" -> 150;
            case "Retention" -> 40;
            // A wave starts, waits, bakes, drains, waits and ends; snapshot, slots, outcome and an undo are one more
            // each.
            case "Rollout" -> 75 * (calls(events, "RolloutShiftTraffic") + 2);
            case "ServiceLifecycle" -> 200;
            // What a kill leaves of a chunk is cut again, and each wake asks what users want.
            case "BatchInference" ->
                6 * (calls(events, "BatchWork") + calls(events, "BatchNextChunks") + calls(events, "BatchWish")) + 160;
            case "ImportModel", "DeployService", "RunBatch" -> 60;
            default -> throw new AssertionError("workflow type '%s' has no budget".formatted(type));
        };
    }

    /** Activities and timers about which the Temporal UI says nothing to people. */
    private static List<HistoryEvent> withoutSummary(List<HistoryEvent> events) {
        return events.stream()
                .filter(event ->
                        event.hasActivityTaskScheduledEventAttributes() || event.hasTimerStartedEventAttributes())
                .filter(event -> !event.getUserMetadata().hasSummary())
                .toList();
    }

    private static int calls(List<HistoryEvent> events, String activity) {
        return (int) events.stream()
                .filter(HistoryEvent::hasActivityTaskScheduledEventAttributes)
                .filter(event -> event.getActivityTaskScheduledEventAttributes()
                        .getActivityType()
                        .getName()
                        .equals(activity))
                .count();
    }

    private static void keep(WorkflowExecutionMetadata run, WorkflowExecutionHistory history) throws IOException {
        @Nullable String folder = System.getProperty("slipway.histories");
        if (folder == null) {
            return;
        }
        String name = "%s-%s-%s.json"
                .formatted(
                        run.getWorkflowType(),
                        run.getExecution().getWorkflowId().replaceAll("[^A-Za-z0-9]+", "-"),
                        run.getExecution().getRunId().substring(0, 8));
        Files.writeString(Files.createDirectories(Path.of(folder)).resolve(name), history.toJson(true));
    }
}
