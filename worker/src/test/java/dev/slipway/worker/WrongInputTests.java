package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.request.RequestActivitiesImpl;
import dev.slipway.activities.service.ServiceActivitiesImpl;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.request.RequestCommands;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.testing.access.InMemoryAccountStore;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.pool.InMemoryAdmission;
import dev.slipway.testing.request.InMemoryRequestStore;
import dev.slipway.testing.rollout.InMemoryRolloutStore;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.wait.InMemoryWaitStore;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.converter.RawValue;
import io.temporal.common.metadata.POJOWorkflowImplMetadata;
import io.temporal.common.metadata.POJOWorkflowMethodMetadata;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each workflow that takes an input, started by hand with inputs that are none: it ends, and says what it expected. */
class WrongInputTests {

    private static final String SERVICE = "0e0e0e0e-0000-4000-8000-000000000001";

    private static final TestWorkflowEnvironment TEMPORAL = start();

    @AfterAll
    static void close() {
        TEMPORAL.close();
    }

    static Stream<Arguments> wrongInputs() {
        List<RawValue> inputs = List.of(
                json("{}"),
                json("[]"),
                json("\"x\""),
                json("null"),
                json("5"),
                json("{\"a\":1}"),
                json("{\"serviceId\":"),
                json("{\"serviceId\":{}}"),
                json("{\"modelId\":[]}"),
                encoded("binary/null", ""),
                encoded("binary/plain", "x"),
                encoded("json/protobuf", "{}"),
                encoded("ours/unknown", "{}"));
        return types().flatMap(type -> inputs.stream().map(input -> Arguments.of(type, input)));
    }

    /** Retention takes none and does not look at what it is given. */
    static Stream<String> types() {
        return Stream.of(WorkerApplication.workflows())
                .map(POJOWorkflowImplMetadata::newInstance)
                .flatMap(workflow -> workflow.getWorkflowMethods().stream())
                .filter(method -> method.getWorkflowMethod().getParameterCount() > 0)
                .map(POJOWorkflowMethodMetadata::getName);
    }

    @Test
    void areAllWorkflowsButRetention() {
        assertThat(types()).hasSize(WorkerApplication.workflows().length - 1).doesNotContain("Retention");
    }

    @ParameterizedTest
    @MethodSource("wrongInputs")
    void aWrongInputEndsTheWorkflow(String type, RawValue input) {
        assertRefused(failureOf(type, UUID.randomUUID().toString(), input));
    }

    @ParameterizedTest
    @MethodSource("types")
    void noInputEndsTheWorkflow(String type) {
        assertRefused(failureOf(type, UUID.randomUUID().toString()));
    }

    private static void assertRefused(ApplicationFailure failure) {
        assertThat(failure.getType()).isEqualTo(FailureTypes.INVALID);
        assertThat(failure.getOriginalMessage())
                .containsPattern("expected .*, found |is not JSON")
                .doesNotContain("dev.slipway", "Exception");
    }

    @Test
    void namesTheFieldThatIsMissing() {
        assertThat(failureOf("Rollout", "r", json("{\"serviceId\":\"s\",\"name\":\"n\",\"tenant\":\"t\"}"))
                        .getOriginalMessage())
                .isEqualTo("input: field 'generation': expected a number of at least 1, found 0");
        assertThat(failureOf("BatchInference", "b", json("{\"serviceId\":\"s\",\"name\":\"n\",\"attempt\":1}"))
                        .getOriginalMessage())
                .isEqualTo("input: field 'taskId': expected a text, found none");
    }

    @Test
    void namesTheFieldThatIsOfAnotherKind() {
        assertThat(failureOf(
                                "Rollout",
                                "r2",
                                json("{\"serviceId\":\"s\",\"name\":\"n\",\"generation\":\"x\",\"tenant\":\"t\"}"))
                        .getOriginalMessage())
                .isEqualTo("input: field 'generation': expected a whole number, found 'x'");
    }

    @Test
    void saysWhichObjectIsExpected() {
        assertThat(failureOf("ServiceLifecycle", "s", json("[]")).getOriginalMessage())
                .isEqualTo("input: expected a JSON object with serviceId, progress, found []");
    }

    @Test
    void aSecondLifecycleUnderAnotherIdEnds() {
        ApplicationFailure failure = failureOf(ServiceLifecycle.TYPE, "by-hand", ServiceInput.of(SERVICE));

        assertThat(failure.getType()).isEqualTo(FailureTypes.INVALID);
        assertThat(failure.getOriginalMessage())
                .startsWith("workflow id: expected 'service/NAME/%s', found 'by-hand'".formatted(SERVICE));
    }

    @Test
    void aSecondRolloutUnderAnotherIdEnds() {
        ApplicationFailure failure =
                failureOf("Rollout", "by-hand-2", new RolloutInput(SERVICE, "iris", 1, "tenant", null));

        assertThat(failure.getOriginalMessage())
                .startsWith("workflow id: expected 'service/iris/%s/rollout/1'".formatted(SERVICE));
    }

    @Test
    void aLifecycleOfNoServiceEnds() {
        for (String nobody : List.of(SERVICE, "nope")) {
            ApplicationFailure failure =
                    failureOf(ServiceLifecycle.TYPE, WorkflowIds.service("iris", nobody), ServiceInput.of(nobody));

            assertThat(failure.getType()).isEqualTo(FailureTypes.NOT_FOUND);
            assertThat(failure.getOriginalMessage()).contains("'%s' does not exist".formatted(nobody));
        }
    }

    private static ApplicationFailure failureOf(String type, String id, Object... inputs) {
        WorkflowStub workflow = TEMPORAL.getWorkflowClient()
                .newUntypedWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(Queues.CONTROL)
                                .setWorkflowId(id)
                                .build());
        workflow.start(inputs);
        try {
            throw new AssertionError("it ended with " + result(workflow));
        } catch (WorkflowFailedException failed) {
            if (failed.getCause() instanceof ApplicationFailure failure) {
                return failure;
            }
            throw failed;
        } catch (TimeoutException stillOpen) {
            throw new AssertionError("workflow %s '%s' is still open".formatted(type, id), stillOpen);
        }
    }

    private static @Nullable Object result(WorkflowStub workflow) throws TimeoutException {
        return workflow.getResult(20, TimeUnit.SECONDS, Object.class);
    }

    private static RawValue json(String text) {
        return encoded("json/plain", text);
    }

    private static RawValue encoded(String encoding, String text) {
        return new RawValue(Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8(encoding))
                .setData(ByteString.copyFromUtf8(text))
                .build());
    }

    @ParameterizedTest
    @CsvSource({"RunBatsh, RunBatch", "runbatch, RunBatch", "Deploy_Service, DeployService", "ImportModels, ImportModel"
    })
    void aMisspeltTypeEndsAndNamesTheOneThatIsMeant(String type, String meant) {
        String id = UUID.randomUUID().toString();
        ApplicationFailure failure = failureOf(type, id, json("{}"));

        assertThat(failure.getType()).isEqualTo(FailureTypes.NOT_FOUND);
        assertThat(failure.getOriginalMessage())
                .startsWith("workflow type '%s'".formatted(type))
                .contains("did you mean '%s'?".formatted(meant));
        assertThat(stackInHistory(id)).isEmpty();
    }

    @Test
    void aForeignTypeEndsAndNamesAllThatMayBeStarted() {
        assertThat(failureOf("Greeting", UUID.randomUUID().toString()).getOriginalMessage())
                .doesNotContain("did you mean")
                .contains("expected one of RunBatch, DeployService, ImportModel");
    }

    @Test
    void aRefusalHasNoJavaStack() {
        failureOf("RunBatch", "refused", json("{}"));
        failureOf("Rollout", "by-hand-3", new RolloutInput(SERVICE, "iris", 1, "tenant", null));
        failureOf(ServiceLifecycle.TYPE, "by-hand-4", ServiceInput.of(SERVICE));

        for (String id : List.of("refused", "by-hand-3", "by-hand-4")) {
            assertThat(stackInHistory(id)).as(id).isEmpty();
        }
    }

    /** Of the failure that a workflow ended with. */
    private static String stackInHistory(String id) {
        return TEMPORAL.getWorkflowClient()
                .fetchHistory(id)
                .getLastEvent()
                .getWorkflowExecutionFailedEventAttributes()
                .getFailure()
                .getStackTrace();
    }

    private static TestWorkflowEnvironment start() {
        TestEnvironmentOptions.Builder options = TestEnvironmentOptions.newBuilder();
        Attributes.ALL.forEach(key -> options.registerSearchAttribute(key.getName(), key.getValueType()));
        TestWorkflowEnvironment made = TestWorkflowEnvironment.newInstance(options.setUseTimeskipping(false)
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(Payloads.converter())
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(new FailureInterceptor())
                        .build())
                .build());
        Worker control = made.newWorker(Queues.CONTROL);
        control.registerWorkflowImplementationTypes(WorkerApplication.workflows());
        control.registerWorkflowImplementationTypes(UnknownWorkflow.class);
        Clock clock = Clock.systemUTC();
        InMemoryServiceStore services = new InMemoryServiceStore();
        InMemoryModelStore models = new InMemoryModelStore();
        InMemoryBatchStore tasks = new InMemoryBatchStore();
        InMemoryWaitStore waits = new InMemoryWaitStore();
        ServiceCommands commands = new ServiceCommands(services, Services.pools(), service -> {}, clock);
        control.registerActivitiesImplementations(
                new ServiceActivitiesImpl(
                        services,
                        new InMemoryInstanceSetStore(),
                        new InMemoryRolloutStore(),
                        tasks,
                        waits,
                        commands,
                        clock),
                new RequestActivitiesImpl(
                        new RequestCommands(
                                new InMemoryRequestStore(),
                                commands,
                                new ModelCommands(models, Services.pools(), model -> {}, clock)),
                        new InMemoryAccountStore(),
                        models,
                        services,
                        tasks,
                        new InMemoryAdmission(Services.pools(), clock),
                        waits,
                        "obs.local",
                        clock));
        made.start();
        return made;
    }
}
