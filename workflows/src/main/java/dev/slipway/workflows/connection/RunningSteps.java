package dev.slipway.workflows.connection;

import dev.slipway.workflows.contract.FailureTypes;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.PendingActivityState;
import io.temporal.api.workflow.v1.PendingActivityInfo;
import io.temporal.client.ActivityCompletionClient;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionDescription;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.failure.ApplicationFailure;
import java.util.Optional;
import java.util.Set;

/** The activities that are running, looked up by execution and never by visibility. Safe for use by many threads. */
public final class RunningSteps {

    private final WorkflowClient client;

    public RunningSteps(WorkflowClient client) {
        this.client = client;
    }

    /**
     * Fails the activities of the workflow that these workers have begun, as an outage. Living workers retry them at once.
     *
     * @param workers identities of workers that are known to be dead
     * @return how many there were; 0 also if no such workflow runs
     * @throws dev.slipway.domain.problem.Unavailable if Temporal does not answer
     */
    public int takeFrom(Set<String> workers, String workflowId) {
        try {
            WorkflowExecutionDescription found =
                    client.newUntypedWorkflowStub(workflowId).describe();
            int taken = 0;
            for (PendingActivityInfo step : found.getRawDescription().getPendingActivitiesList()) {
                if (step.getState() == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
                        && workers.contains(step.getLastWorkerIdentity())) {
                    taken += fail(workflowId, found.getExecution().getRunId(), step);
                }
            }
            return taken;
        } catch (WorkflowNotFoundException never) {
            return 0;
        } catch (WorkflowServiceException | StatusRuntimeException e) {
            if (WorkflowSignals.isNotFound(e)) {
                return 0;
            }
            throw WorkflowSignals.failure(e);
        }
    }

    private int fail(String workflowId, String runId, PendingActivityInfo step) {
        ActivityCompletionClient completion = client.newActivityCompletionClient();
        try {
            completion.completeExceptionally(
                    workflowId,
                    Optional.of(runId),
                    step.getActivityId(),
                    ApplicationFailure.newFailure(
                            "worker '%s' has died".formatted(step.getLastWorkerIdentity()), FailureTypes.UNAVAILABLE));
            return 1;
        } catch (ActivityNotExistsException endedMeanwhile) {
            return 0;
        }
    }
}
