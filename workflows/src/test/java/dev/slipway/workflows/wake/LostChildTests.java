package dev.slipway.workflows.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.batch.OpenedTask;
import dev.slipway.workflows.contract.batch.TaskWish;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.rollout.RolloutStart;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;
import dev.slipway.workflows.contract.service.ServicePlan;
import dev.slipway.workflows.contract.service.ServicePlan.Next;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The workflow of a rollout or a job is ended from outside in the middle of its work, once or again and again. Time is skipped. That a
 * termination counts as such an end, {@code RolloutWorkflowTests} and {@code BatchInferenceTests} show on a real server.
 */
@Timeout(60)
class LostChildTests {

    private static final String SERVICE = "0e0e0e0e-0000-4000-8000-000000000001";
    private static final String NAME = "iris";
    private static final String TASK = "0e0e0e0e-0000-4000-8000-000000000002";
    private static final String ROLLOUT = WorkflowIds.rollout(NAME, SERVICE, 2);
    private static final String JOB = WorkflowIds.job(NAME, TASK, 1);

    private static final int MOST = 10;
    private static final Duration WITHIN_SECONDS = Duration.ofSeconds(3);
    private static final Duration LIFE = Duration.ofSeconds(30);
    /** Of eleven lives, and the pauses between them, 1 s to 1 min. */
    private static final Duration ALL_LIVES = Duration.ofMinutes(12);

    private final Script script = new Script();
    private final TestWorkflowEnvironment environment =
            ScriptedTemporal.start(script, ChangedChildren.endedAfter(LIFE));

    @BeforeEach
    void answerAsWorkThatWaitsForSlots() {
        script.answer(
                        "RolloutActivities.takeSnapshot",
                        () -> new RolloutStart(
                                "iris", true, false, Duration.ofHours(20), Duration.ZERO, Duration.ZERO, null, false))
                .answer("RolloutActivities.admit", LostChildTests::waiting)
                .answer("BatchTaskActivities.wish", () -> new TaskWish(false))
                .answer(
                        "BatchTaskActivities.open",
                        () -> new OpenedTask(
                                "job", 1, Duration.ofMinutes(20), Duration.ofHours(48), false, null, null, false, null))
                .answer("BatchTaskActivities.claimSlots", LostChildTests::waiting)
                .answer("BatchTaskActivities.seal", () -> BatchEnd.STOPPED)
                .answer("BatchInstanceActivities.endInstances", () -> new Ending(Ending.State.ENDED, ""))
                .answer("BatchTaskActivities.end", () -> new BatchResult(BatchEnd.STOPPED, null, 1, 1, 1));
    }

    @AfterEach
    void close() {
        environment.close();
    }

    @Test
    void aRolloutThatIsEndedIsStartedAgainWithinSeconds() {
        begin(Next.ROLL_OUT, null);
        environment.sleep(LIFE);

        assertThat(isOpen(ROLLOUT)).isTrue();
        assertThat(script.calls("ServiceActivities.startedAgain")).isEqualTo(1);
        assertThat(script.latest("ServiceActivities.startedAgain")).contains("rollout", "it did not end in time");
        assertThat(script.calls("ServiceActivities.giveUp")).isZero();
    }

    @Test
    void aRolloutThatIsEndedAgainAndAgainIsGivenUp() {
        begin(Next.ROLL_OUT, null);
        environment.sleep(ALL_LIVES);

        assertThat(script.calls("ServiceActivities.startedAgain")).isEqualTo(MOST);
        assertThat(script.latest("ServiceActivities.giveUp"))
                .contains(
                        "the rollout's workflow was ended from outside 11 times; the last time: it did not end in time");
    }

    @Test
    void aJobThatIsEndedIsStartedAgainWithinSeconds() {
        begin(Next.RUN_BATCH, TASK);
        environment.sleep(LIFE);

        assertThat(isOpen(JOB)).isTrue();
        assertThat(script.latest("ServiceActivities.startedAgain")).contains("job", "it did not end in time");
        assertThat(script.calls("ServiceActivities.giveUp")).isZero();
    }

    @Test
    void theTaskOfAJobThatIsEndedAgainAndAgainHasItsManifestAndItsEnd() {
        begin(Next.RUN_BATCH, TASK);
        environment.sleep(ALL_LIVES);

        String cause = "the job's workflow was ended from outside 11 times; the last time: it did not end in time";
        assertThat(script.latest("BatchTaskActivities.seal")).contains(BatchEnd.FAILED, cause);
        assertThat(script.calls("BatchWorkActivities.publish")).isEqualTo(1);
        assertThat(script.calls("BatchWorkActivities.mergeTables")).isEqualTo(1);
        assertThat(script.calls("BatchWorkActivities.writeManifest")).isEqualTo(1);
        assertThat(script.latest("BatchTaskActivities.end")).contains("");
        assertThat(script.latest("ServiceActivities.giveUp")).contains(cause);
    }

    @Test
    void aJobThatIsCancelledByHandTellsItsServiceAtOnceHowItEnded() {
        begin(Next.RUN_BATCH, TASK);
        script.answer(
                "BatchTaskActivities.open",
                () -> new OpenedTask(
                        "job",
                        1,
                        Duration.ofMinutes(20),
                        Duration.ofHours(48),
                        true,
                        new BatchResult(BatchEnd.STOPPED, null, 1, 1, 1),
                        null,
                        false,
                        null));
        environment.getWorkflowClient().newUntypedWorkflowStub(JOB).cancel();
        environment.sleep(WITHIN_SECONDS);

        assertThat(script.calls("ServiceActivities.batchEnded")).isPositive();
    }

    @Test
    void noJobIsStartedForATaskThatHasEndedWhenItsServiceIsDeleted() {
        begin(Next.DELETE, TASK, true);

        assertThat(script.calls("ServiceActivities.deleted")).isPositive();
        assertThat(script.calls("BatchTaskActivities.open")).isZero();
        assertThat(isKnown(JOB)).isFalse();
    }

    @Test
    void howATaskEndedThatNobodyHasToldIsReadWithoutAJob() {
        BatchResult result = new BatchResult(BatchEnd.FINISHED, null, 1, 1, 0);
        script.answer(
                "BatchTaskActivities.open",
                () -> new OpenedTask(
                        "job", 1, Duration.ofMinutes(20), Duration.ofHours(48), true, result, null, false, null));
        begin(Next.RUN_BATCH, TASK, true);

        assertThat(script.latest("ServiceActivities.batchEnded")).contains(result);
        assertThat(isKnown(JOB)).isFalse();
    }

    private boolean isKnown(String workflow) {
        try {
            environment.getWorkflowClient().newUntypedWorkflowStub(workflow).describe();
            return true;
        } catch (WorkflowNotFoundException none) {
            return false;
        }
    }

    private boolean isOpen(String workflow) {
        return environment
                        .getWorkflowClient()
                        .newUntypedWorkflowStub(workflow)
                        .describe()
                        .getStatus()
                == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
    }

    /** The service's workflow, whose row always asks for the same. */
    private void begin(Next next, @Nullable String task) {
        begin(next, task, false);
    }

    private void begin(Next next, @Nullable String task, boolean jobHasEnded) {
        script.answer(
                "ServiceActivities.plan",
                () -> new ServicePlan(
                        SERVICE, next, 2, "deploying", "tenant", "iris", "iris", null, null, task, jobHasEnded, null));
        environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        ServiceLifecycle.TYPE,
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(WorkflowIds.service(NAME, SERVICE))
                                .setTaskQueue(Queues.CONTROL)
                                .build())
                .start(ServiceInput.of(SERVICE));
        environment.sleep(WITHIN_SECONDS);
    }

    private static AdmissionResult waiting() {
        return new AdmissionResult(AdmissionResult.State.WAITING, "position 1");
    }
}
