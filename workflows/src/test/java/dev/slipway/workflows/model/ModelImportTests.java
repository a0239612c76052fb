package dev.slipway.workflows.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.workflows.activity.RecordedSummaries;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.BadEnd;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ImportResult;
import dev.slipway.workflows.contract.model.ModelImport;
import dev.slipway.workflows.contract.model.Refusal;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ModelImportTests {

    private static final String MODEL = "0e0e0e0e-0000-4000-8000-000000000001";
    private static final ImportInput INPUT = new ImportInput(MODEL, "iris", "0.0.1");
    private static final String ID = INPUT.workflowId();

    private final ScriptedImport script = new ScriptedImport();
    private final RecordedSummaries scheduled = new RecordedSummaries();
    private final TestWorkflowEnvironment environment = environment();

    @Test
    void publishesStepByStep() {
        ImportResult result = result(start());

        assertThat(result).isEqualTo(ImportResult.published());
        assertThat(script.calls)
                .containsExactly(
                        "begin",
                        "check",
                        "claim BUILD",
                        "prepare fingerprint",
                        "build fingerprint",
                        "release BUILD",
                        "claim TRIAL",
                        "trial",
                        "started",
                        "end trial",
                        "release TRIAL",
                        "publish sha256:" + "ab".repeat(32));
    }

    @Test
    void saysInTemporalWhatEachActivityDoes() {
        result(start());

        assertThat(scheduled.summaries()).hasSizeGreaterThan(5).doesNotContainValue("");
        assertThat(scheduled.summaries().values())
                .contains("check the package", "prepare the environment", "build the image");
    }

    @Test
    void keepsToItsHistoryBudget() {
        result(start());

        assertThat(environment.getWorkflowClient().fetchHistory(ID).getEvents()).hasSizeLessThanOrEqualTo(96);
    }

    @Test
    void asksTheModelWhileItsTrialRuns() {
        script.predicts = true;

        assertThat(result(start())).isEqualTo(ImportResult.published());
        assertThat(script.calls).containsSubsequence("trial", "started", "predict", "end trial", "release TRIAL");
    }

    @Test
    void failsWhenTheModelAnswersWrong() {
        script.predicts = true;
        script.refusedByPrediction = new Refusal("info", "expected 1, found 2", "advice");

        assertThat(result(start())).isEqualTo(ImportResult.failed("expected 1, found 2"));
        assertThat(script.calls).containsSubsequence("predict", "end trial", "release TRIAL", "fail");
    }

    @Test
    void endsWithTheRefusalOfAStep() {
        script.refusedByTrial = new Refusal("info", "the constructor raised", "advice");

        assertThat(result(start())).isEqualTo(ImportResult.failed("the constructor raised"));
        assertThat(script.calls)
                .contains("trial", "end trial", "release TRIAL")
                .doesNotContain("started")
                .endsWith("fail");
    }

    @Test
    void buildsNoImageWithoutAnEnvironment() {
        script.refusedByPreparation = new Refusal("info", "no version of numpy", "advice");

        assertThat(result(start())).isEqualTo(ImportResult.failed("no version of numpy"));
        assertThat(script.calls)
                .contains("release BUILD")
                .doesNotContain("build fingerprint", "claim TRIAL")
                .endsWith("fail");
    }

    @Test
    void waitsForASlotLongerThanItMayWork() {
        script.trialSlot = new AdmissionResult(AdmissionResult.State.WAITING, "position 1");
        WorkflowStub workflow = start();
        environment.sleep(Duration.ofHours(20));
        script.trialSlot = new AdmissionResult(AdmissionResult.State.GRANTED, "");
        workflow.signal("wake");

        assertThat(result(workflow)).isEqualTo(ImportResult.published());
    }

    @Test
    void failsWhenNoSlotBecomesFreeInADay() {
        script.trialSlot = new AdmissionResult(AdmissionResult.State.WAITING, "position 1");

        assertThat(result(start())).isEqualTo(ImportResult.failed("no slot became free within 24 hours"));
        assertThat(script.calls).contains("release TRIAL");
    }

    @Test
    void failsWhenThereIsNoPlaceForItsBuild() {
        script.buildSlot = new AdmissionResult(AdmissionResult.State.IMPOSSIBLE, "no place");

        assertThat(result(start())).isEqualTo(ImportResult.failed("no place"));
        assertThat(script.failedWith).isNotNull().satisfies(refusal -> assertThat(refusal.info())
                .isEqualTo("Image building task scheduling failed."));
        assertThat(script.calls).contains("release BUILD").doesNotContain("build fingerprint");
    }

    @Test
    void failsWhenThePoolOfItsTrialIsGone() {
        script.trialSlot = new AdmissionResult(AdmissionResult.State.IMPOSSIBLE, "pool 'gpu' does not exist");

        assertThat(result(start())).isEqualTo(ImportResult.failed("pool 'gpu' does not exist"));
        assertThat(script.calls).contains("release TRIAL").doesNotContain("trial");
    }

    @Test
    void endsAsFailedInTemporalAndSaysWhy() {
        script.refusedByTrial = new Refusal("info", "the constructor raised", "advice");
        WorkflowStub workflow = start();

        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> workflow.getResult(ImportResult.class))
                .satisfies(failed -> assertThat(failed.getCause())
                        .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                            assertThat(failure.getOriginalMessage()).isEqualTo("the constructor raised");
                            assertThat(environment
                                            .getWorkflowClient()
                                            .fetchHistory(ID)
                                            .getLastEvent()
                                            .getWorkflowExecutionFailedEventAttributes()
                                            .getFailure()
                                            .getStackTrace())
                                    .isEmpty();
                        }));
    }

    @Test
    void endsWithASystemErrorWhenAStepBreaks() {
        script.breaks = true;

        assertThat(result(start())).isEqualTo(ImportResult.failed("broken"));
        assertThat(script.failedWith).isNotNull().satisfies(refusal -> assertThat(refusal.info())
                .isEqualTo("Failed to build the image due to system errors. Contact the administrator."));
    }

    @Test
    void doesNothingForARowThatIsGone() {
        script.gone = true;

        assertThat(result(start())).isEqualTo(ImportResult.deleted());
        assertThat(script.calls).containsExactly("begin");
    }

    @Test
    void stopsWhenTheModelIsDeleted() throws InterruptedException {
        script.buildsForEver = true;
        WorkflowStub workflow = start();
        assertThat(script.building.await(20, TimeUnit.SECONDS)).isTrue();
        script.gone = true;
        workflow.signal("wake");

        assertThat(result(workflow)).isEqualTo(ImportResult.deleted());
        assertThat(script.calls).contains("isWanted").endsWith("release BUILD", "begin");
    }

    @Test
    void goesOnWhenItIsWokenForNothing() throws InterruptedException {
        script.storageIsAway = true;
        WorkflowStub workflow = start();
        assertThat(script.building.await(20, TimeUnit.SECONDS)).isTrue();
        workflow.signal("wake");

        // Storage stays away: the build is tried again until the deadline of the whole.
        ImportResult result = result(workflow);
        assertThat(result.error()).isEqualTo("the import did not end within 60 minutes");
        assertThat(script.failedWith).isNotNull().satisfies(refusal -> assertThat(refusal.info())
                .isEqualTo("Image building task timeout. The 60-minute limit is over."));
        assertThat(script.calls).contains("isWanted", "fail");
    }

    @Test
    void saysSoWhenItIsCancelled() throws InterruptedException {
        script.buildsForEver = true;
        WorkflowStub workflow = start();
        assertThat(script.building.await(20, TimeUnit.SECONDS)).isTrue();
        workflow.cancel();

        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> workflow.getResult(ImportResult.class))
                .withCauseInstanceOf(CanceledFailure.class);
        assertThat(script.failedWith).isNotNull().satisfies(refusal -> assertThat(refusal.cause())
                .isEqualTo("the import's workflow was cancelled"));
    }

    /** Also a bad one. */
    private static ImportResult result(WorkflowStub workflow) {
        try {
            return workflow.getResult(ImportResult.class);
        } catch (WorkflowFailedException failed) {
            return BadEnd.resultIn(failed, ImportResult.class).orElseThrow(() -> failed);
        }
    }

    private WorkflowStub start() {
        WorkflowStub stub = environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        ModelImport.TYPE,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(ID)
                                .setTaskQueue(Queues.CONTROL)
                                .build());
        stub.signalWithStart("wake", new Object[0], new Object[] {INPUT});
        return stub;
    }

    private TestWorkflowEnvironment environment() {
        TestEnvironmentOptions.Builder options = TestEnvironmentOptions.newBuilder()
                .setWorkerFactoryOptions(scheduled.options())
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(Payloads.converter())
                        .build());
        Attributes.ALL.forEach(key -> options.registerSearchAttribute(key.getName(), key.getValueType()));
        TestWorkflowEnvironment made = TestWorkflowEnvironment.newInstance(options.build());
        Worker control = made.newWorker(Queues.CONTROL);
        control.registerWorkflowImplementationTypes(ModelImportImpl.class);
        control.registerActivitiesImplementations(script);
        made.newWorker(Queues.BUILD).registerActivitiesImplementations(script);
        made.start();
        return made;
    }

    @AfterEach
    void close() {
        environment.close();
    }
}
