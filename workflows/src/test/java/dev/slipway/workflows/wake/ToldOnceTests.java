package dev.slipway.workflows.wake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.rollout.RolloutInput;
import dev.slipway.workflows.contract.rollout.RolloutResult;
import dev.slipway.workflows.contract.rollout.RolloutStart;
import dev.slipway.workflows.contract.rollout.VersionHealth;
import io.temporal.api.sdk.v1.WorkflowMetadata;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestWorkflowEnvironment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why a rollout goes back stands once in its details, without the end of the instance's log, and so in its failure. */
@Timeout(60)
class ToldOnceTests {

    private static final String SERVICE = "0e0e0e0e-0000-4000-8000-000000000001";
    private static final String CAUSE = "instance 'a-1' ended with code 9";
    private static final String WITH_LOG =
            CAUSE + "\nThe end of its log '/logs/a-1':\n# a heading\n[a link](http://evil)";

    private final Script script = new Script();
    private final TestWorkflowEnvironment environment = ScriptedTemporal.start(script);

    @AfterEach
    void close() {
        environment.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"WaveActivities.checkReady", "WaveActivities.judge"})
    void theCauseOfARollback(String step) {
        WorkflowStub rollout = rollOut(step, "ROLLED_BACK", true);

        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> rollout.getResult(RolloutResult.class))
                .havingCause()
                .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                    assertThat(failure.getOriginalMessage()).isEqualTo(CAUSE);
                    assertThat(failure.getDetails().get(RolloutResult.class).cause())
                            .isEqualTo(WITH_LOG);
                });
        assertThat(details(rollout))
                .containsOnlyOnce(CAUSE)
                .contains("goes back: ")
                .doesNotContain("heading", "link");
        assertThat(script.latest("RolloutActivities.beginUndo")).contains(WITH_LOG);
    }

    @Test
    void theCauseOfAFirstStartThatFails() {
        WorkflowStub rollout = rollOut("WaveActivities.checkReady", "FAILED", false);

        assertThat(details(rollout)).containsOnlyOnce(CAUSE).endsWith("failed").doesNotContain("heading");
    }

    private WorkflowStub rollOut(String badStep, String outcome, boolean hasOld) {
        VersionHealth healthy = new VersionHealth(VersionHealth.State.HEALTHY, List.of("new-1"), 1, "one is ready");
        script.answer(
                        "RolloutActivities.takeSnapshot",
                        () -> new RolloutStart(
                                "iris",
                                hasOld,
                                false,
                                Duration.ofMinutes(5),
                                Duration.ZERO,
                                Duration.ofSeconds(1),
                                null,
                                false))
                .answer(
                        "RolloutActivities.admit",
                        () -> new AdmissionResult(AdmissionResult.State.GRANTED, "it has them"))
                .answer("RolloutActivities.isOvertaken", () -> false)
                .answer("RolloutActivities.conclude", () -> new RolloutResult(outcome, WITH_LOG))
                .answer("WaveActivities.scaleUp", () -> 1)
                .answer("WaveActivities.checkReady", () -> healthy)
                .answer("WaveActivities.judge", () -> healthy)
                .answer("WaveActivities.drainNew", () -> Drain.nothing(true))
                .answer("WaveActivities.areOldBack", () -> true)
                .answer("WaveActivities.end", () -> new Ending(Ending.State.ENDED, ""))
                .answer(badStep, () -> new VersionHealth(VersionHealth.State.BAD, List.of(), 0, WITH_LOG));
        WorkflowStub rollout = environment
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        "Rollout",
                        WorkflowOptions.newBuilder()
                                .setWorkflowId(WorkflowIds.rollout("iris", SERVICE, 2))
                                .setTaskQueue(Queues.CONTROL)
                                .build());
        rollout.start(new RolloutInput(SERVICE, "iris", 2, "tenant", null));
        environment.sleep(Duration.ofMinutes(1));
        return rollout;
    }

    private static String details(WorkflowStub workflow) {
        return workflow.query("__temporal_workflow_metadata", WorkflowMetadata.class)
                .getCurrentDetails();
    }
}
