package dev.slipway.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.client.SlipwayClient;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.formats.service.ServiceItem;
import dev.slipway.formats.wire.WireJson;
import dev.slipway.parts.temporal.TemporalCli;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.contract.Attributes;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.ScheduleOverlapPolicy;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.schedules.Schedule;
import io.temporal.client.schedules.ScheduleActionExecutionStartWorkflow;
import io.temporal.client.schedules.ScheduleActionStartWorkflow;
import io.temporal.client.schedules.ScheduleClient;
import io.temporal.client.schedules.ScheduleClientOptions;
import io.temporal.client.schedules.ScheduleHandle;
import io.temporal.client.schedules.ScheduleOptions;
import io.temporal.client.schedules.SchedulePolicy;
import io.temporal.client.schedules.ScheduleSpec;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Work that is asked for in Temporal itself, as its CLI, its UI and its Schedules send it: by type name and JSON text. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestIT {

    private static final int FILES = 2;
    private static final int ROWS = 20;
    private static final Duration WAIT_LIMIT = Duration.ofMinutes(1);

    private final RunningSlipway slipway;
    private final Map<String, String> env = new LinkedHashMap<>();
    private ObjectUri root = new ObjectUri("slipway", "request/");
    private String model = "";

    RequestIT() throws Exception {
        slipway = RunningSlipway.onNewFolder();
    }

    @BeforeAll
    void up() throws Exception {
        slipway.up();
        env.putAll(slipway.env());
        root = new ObjectUri(RunningSlipway.value(env, "SLIPWAY_BUCKET"), "request/");
        try (S3ObjectStore objects = RunningSlipway.objects(env);
                TemporalConnection temporal = temporal()) {
            ObjectUri source = TestPackages.slowEcho(objects, root.resolve("echo/"), "0.0.1", 30);
            for (int file = 0; file < FILES; file++) {
                StringBuilder rows = new StringBuilder();
                for (int row = 0; row < ROWS; row++) {
                    rows.append("f%d-r%d\n".formatted(file, row));
                }
                TestPackages.put(objects, root.resolve("in/part-" + file + ".csv"), rows.toString());
            }
            WorkflowStub imports = start(temporal.client(), "import-echo", "ImportModel", """
                    {"project": "%s", "model_name": "echo", "model_version": "0.0.1", "model_type": "Custom",
                     "source_location": "%s"}
                    """.formatted(
                            RunningSlipway.value(env, "OS_PROJECT_NAME"), source));
            JsonNode imported = result(imports);
            assertThat(imported.path("status").stringValue()).isEqualTo("published");
            model = imported.path("id").stringValue();
        }
    }

    @AfterAll
    void down() throws Exception {
        try (slipway) {
            Histories.check(env);
        }
    }

    @Test
    void runsABatchJobOnceAlsoWhenTheWorkerIsKilledAndWhenItIsReset() throws Exception {
        ObjectUri destination = root.resolve("out-once/");
        try (TemporalConnection temporal = temporal();
                SlipwayClient client = slipway.client()) {
            WorkflowStub request = start(temporal.client(), "once", "RunBatch", job("once", destination));
            RunningSlipway.await("the service is there", WAIT_LIMIT, () -> serviceNamed(client, "once") != null);
            slipway.killNine("up");
            slipway.up();

            JsonNode first = result(request);
            assertThat(first.path("status").stringValue()).isEqualTo("finished");
            assertOneManifestEach(destination, first.path("task_id").stringValue());
            assertThat(temporal.client().fetchHistory("once").getEvents()).hasSizeLessThan(60);

            reset(temporal.client(), request);
            JsonNode again = result(temporal.client().newUntypedWorkflowStub("once"));
            assertThat(again).isEqualTo(first);
            assertOneManifestEach(destination, first.path("task_id").stringValue());
        }
    }

    @Test
    void runsABatchJobByASchedule() throws Exception {
        ObjectUri destination = root.resolve("out-schedule/");
        try (TemporalConnection temporal = temporal()) {
            ScheduleClient schedules = ScheduleClient.newInstance(
                    temporal.client().getWorkflowServiceStubs(),
                    ScheduleClientOptions.newBuilder()
                            .setNamespace(temporal.client().getOptions().getNamespace())
                            .build());
            ScheduleHandle schedule = schedules.createSchedule(
                    "nightly",
                    Schedule.newBuilder()
                            .setAction(ScheduleActionStartWorkflow.newBuilder()
                                    .setWorkflowType("RunBatch")
                                    .setArguments(json(job("nightly", destination)))
                                    .setOptions(WorkflowOptions.newBuilder()
                                            .setWorkflowId("nightly")
                                            .setTaskQueue("slipway-control")
                                            .build())
                                    .build())
                            .setSpec(ScheduleSpec.newBuilder()
                                    .setCronExpressions(List.of("0 2 1 1 *"))
                                    .build())
                            .setPolicy(SchedulePolicy.newBuilder()
                                    .setCatchupWindow(Duration.ofMinutes(10))
                                    .setOverlap(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE)
                                    .build())
                            .build(),
                    ScheduleOptions.newBuilder().setTriggerImmediately(true).build());
            RunningSlipway.await(
                    "the first run began", WAIT_LIMIT, () -> begun(schedule).size() == 1);
            // Workflow ids of a schedule have the second in them.
            Instant next = Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.SECONDS);
            RunningSlipway.await(
                    "the next second", WAIT_LIMIT, () -> Instant.now().isAfter(next));
            // The second waits for the end of the first, and must find the service ready to run again.
            schedule.trigger(ScheduleOverlapPolicy.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE);
            RunningSlipway.await(
                    "two runs began",
                    WAIT_LIMIT.multipliedBy(2),
                    () -> begun(schedule).size() == 2);

            List<JsonNode> results = begun(schedule).stream()
                    .map(run -> result(temporal.client().newUntypedWorkflowStub(run)))
                    .toList();
            assertThat(results)
                    .allSatisfy(result ->
                            assertThat(result.path("status").stringValue()).isEqualTo("finished"))
                    .extracting(result -> result.path("id").stringValue())
                    .hasSize(2)
                    .containsOnly(results.getFirst().path("id").stringValue());
            assertOneManifestEach(
                    destination,
                    results.get(0).path("task_id").stringValue(),
                    results.get(1).path("task_id").stringValue());
            schedule.delete();
        }
    }

    /** The commands of the user guide, section 5. */
    @Test
    void takesWhatTheCommandOfTemporalSends() throws Exception {
        ObjectUri destination = root.resolve("out-command/");
        String job = job("command", destination);
        temporal("workflow start --workflow-id command --type RunBatch --task-queue slipway-control --input", job);
        assertThat(temporal("workflow result --workflow-id command --output json"))
                .contains("\"task_id\"")
                .contains("finished");

        temporal(
                "schedule create --schedule-id command --cron",
                "0 2 * * *",
                "--time-zone Europe/Berlin --overlap-policy BufferOne --catchup-window 10m"
                        + " --workflow-id command --type RunBatch --task-queue slipway-control --input",
                job);
        assertThat(temporal("schedule describe --schedule-id command --output json"))
                .contains("600s")
                .containsIgnoringCase("buffer");
        temporal("schedule trigger --schedule-id command");
        RunningSlipway.await(
                "a second manifest", WAIT_LIMIT, () -> manifests(destination).size() == 2);
        temporal("schedule delete --schedule-id command");
    }

    /** Runs the command of Temporal: words of each first, third, ... text, and each second text as it is. */
    private String temporal(String... texts) throws Exception {
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            arguments.addAll(i % 2 == 0 ? List.of(texts[i].split(" ")) : List.of(texts[i]));
        }
        arguments.addAll(List.of("--address", RunningSlipway.value(env, "TEMPORAL_ADDRESS")));
        arguments.addAll(List.of("--namespace", RunningSlipway.value(env, "TEMPORAL_NAMESPACE")));
        return TemporalCli.findOrInstall(progress -> {}).run(arguments);
    }

    @Test
    void doesTheWorkAlsoWhenTemporalLosesTheRequest() throws Exception {
        // What has run so far will be gone.
        Histories.check(env);
        ObjectUri destination = root.resolve("out-lost/");
        try (SlipwayClient client = slipway.client();
                S3ObjectStore objects = RunningSlipway.objects(env)) {
            try (TemporalConnection temporal = temporal()) {
                start(temporal.client(), "lost", "RunBatch", job("lost", destination));
            }
            RunningSlipway.await("the service is there", WAIT_LIMIT, () -> serviceNamed(client, "lost") != null);
            slipway.wipeTemporal();

            String id = Objects.requireNonNull(serviceNamed(client, "lost")).serviceId();
            ServiceItem service = new InstallationSteps(client, objects).awaitStatus(id, "finished");
            assertOneManifestEach(destination, Objects.requireNonNull(service.taskId()));
        }
    }

    @Test
    void stopsTheJobWhenTheRequestIsCancelled() throws Exception {
        ObjectUri destination = root.resolve("out-cancelled/");
        try (TemporalConnection temporal = temporal();
                SlipwayClient client = slipway.client()) {
            WorkflowStub request = start(temporal.client(), "cancelled", "RunBatch", job("cancelled", destination));
            RunningSlipway.await("the service is there", WAIT_LIMIT, () -> serviceNamed(client, "cancelled") != null);
            request.cancel();

            assertThatExceptionOfType(WorkflowFailedException.class)
                    .isThrownBy(() -> result(request))
                    .satisfies(e -> assertThat(e.getWorkflowCloseEventType())
                            .isEqualTo(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED));
            ServiceItem service = Objects.requireNonNull(serviceNamed(client, "cancelled"));
            assertThat(service.status()).isEqualTo("stopped");
            assertThat(client.services()
                            .events(service.serviceId(), Map.of())
                            .page()
                            .events())
                    .filteredOn(event -> event.eventInfo().equals("Stopping service."))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.user()).isEqualTo("temporal");
                        assertThat(event.project()).isEqualTo(RunningSlipway.value(env, "OS_PROJECT_NAME"));
                        assertThat(event.requestId()).isEqualTo("cancelled");
                    });
            assertThat(log())
                    .filteredOn(line -> line.contains("command accepted") && line.contains("state=stopping"))
                    .filteredOn(line -> line.contains(service.serviceId()))
                    .singleElement()
                    .asString()
                    .contains("user=temporal", "request=cancelled");
        }
    }

    @Test
    void aJobThatEndedKeepsItsOneRunWhenItsServiceIsDeleted() throws Exception {
        try (TemporalConnection temporal = temporal();
                SlipwayClient client = slipway.client()) {
            result(start(temporal.client(), "one-story", "RunBatch", job("one-story", root.resolve("out-one-story/"))));
            ServiceItem service = Objects.requireNonNull(serviceNamed(client, "one-story"));
            client.services().delete(service.serviceId());
            String deleted = "SlipwayResource = '%s' AND SlipwayKind = 'service' AND ExecutionStatus = 'Completed'"
                    .formatted(service.serviceId());
            RunningSlipway.await(
                    "the workflow of the service ends",
                    WAIT_LIMIT,
                    () -> temporal.client().listExecutions(deleted).findAny().isPresent());

            assertThat(temporal.client().listExecutions("SlipwayKind = 'batch' AND SlipwayName = 'one-story'"))
                    .singleElement()
                    .satisfies(run -> {
                        assertThat(run.getStatus())
                                .isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED);
                        assertThat(run.getTypedSearchAttributes().get(Attributes.STATUS))
                                .isEqualTo("finished");
                    });
        }
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(slipway.data().resolve("logs/slipway.log"));
    }

    @Test
    void refusesAMistakeWithTheMessageOfTheApi() throws Exception {
        try (TemporalConnection temporal = temporal();
                SlipwayClient client = slipway.client()) {
            String body = job("mistake", root.resolve("out/")).replace("\"dest_path\"", "\"dest_pat\"");
            WorkflowStub request = start(temporal.client(), "mistake", "RunBatch", body);
            String message = client.call("POST", "/services", body).errorMessage();
            assertThatExceptionOfType(WorkflowFailedException.class)
                    .isThrownBy(() -> result(request))
                    .havingCause()
                    .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                        assertThat(failure.getOriginalMessage()).isEqualTo(message);
                        assertThat(failure.getType()).isEqualTo("INVALID");
                    });
            assertThat(log())
                    .filteredOn(line -> line.contains("dest_pat") && !line.contains("method=POST"))
                    .singleElement()
                    .asString()
                    .contains("refused request=mistake ");
        }
    }

    private TemporalConnection temporal() {
        return TemporalConnection.open(
                new TemporalProperties(
                        RunningSlipway.value(env, "TEMPORAL_ADDRESS"), RunningSlipway.value(env, "TEMPORAL_NAMESPACE")),
                "test");
    }

    private static WorkflowStub start(WorkflowClient client, String id, String type, String input) {
        WorkflowStub stub = client.newUntypedWorkflowStub(
                type,
                WorkflowOptions.newBuilder()
                        .setWorkflowId(id)
                        .setTaskQueue("slipway-control")
                        .build());
        stub.start(json(input));
        return stub;
    }

    private static RawValue json(String text) {
        return new RawValue(Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
                .setData(ByteString.copyFromUtf8(text))
                .build());
    }

    private static JsonNode result(WorkflowStub request) {
        return WireJson.tree(
                request.getResult(RawValue.class).getPayload().getData().toStringUtf8());
    }

    private static void reset(WorkflowClient client, WorkflowStub request) {
        WorkflowExecution execution = Objects.requireNonNull(request.getExecution());
        long firstTask = client.fetchHistory(execution.getWorkflowId()).getEvents().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
                .findFirst()
                .orElseThrow()
                .getEventId();
        client.getWorkflowServiceStubs()
                .blockingStub()
                .resetWorkflowExecution(ResetWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setWorkflowExecution(execution)
                        .setReason("test")
                        .setWorkflowTaskFinishEventId(firstTask)
                        .setRequestId(UUID.randomUUID().toString())
                        .build());
    }

    /** Workflow ids of the runs that the schedule has started. */
    private static List<String> begun(ScheduleHandle schedule) {
        return schedule.describe().getInfo().getRecentActions().stream()
                .map(run -> ((ScheduleActionExecutionStartWorkflow) run.getAction()).getWorkflowId())
                .toList();
    }

    private static @Nullable ServiceItem serviceNamed(SlipwayClient client, String name) {
        return client.services().list(Map.of()).services().stream()
                .filter(service -> service.serviceName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** There are these manifests and no others, each with one line per input. */
    private void assertOneManifestEach(ObjectUri destination, String... tasks) throws Exception {
        try (S3ObjectStore objects = RunningSlipway.objects(env);
                SlipwayClient client = slipway.client()) {
            List<String> manifests = manifests(destination);
            assertThat(manifests)
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(tasks)
                            .map(task -> "infer-result-" + task + ".manifest")
                            .toList());
            for (String manifest : manifests) {
                assertThat(new InstallationSteps(client, objects).lines(destination.resolve(manifest)))
                        .hasSize(FILES)
                        .allMatch(line -> line.contains("SUCCESSFUL"));
            }
        }
    }

    private List<String> manifests(ObjectUri destination) {
        try (S3ObjectStore objects = RunningSlipway.objects(env)) {
            return objects.list(destination, null).objects().stream()
                    .map(object -> object.uri().baseName())
                    .filter(name -> name.endsWith(".manifest"))
                    .toList();
        }
    }

    private String job(String name, ObjectUri destination) {
        return """
                {"service_name": "%s", "infer_type": "batch",
                 "config": [{"model_id": "%s", "specification": "%s", "instance_count": 1,
                             "src_path": "%s", "dest_path": "%s", "req_uri": "/",
                             "mapping_type": "csv", "mapping_rule": %s}]}
                """.formatted(
                name, model, InstallationSteps.FLAVOR, root.resolve("in/"), destination, TestPackages.ECHO_RULE);
    }
}
