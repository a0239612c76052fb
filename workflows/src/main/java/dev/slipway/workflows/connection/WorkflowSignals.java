package dev.slipway.workflows.connection;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.workflows.contract.Queues;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowStub;
import java.util.Map;

/**
 * Wakes workflows by Signal-with-Start: the open run gets the signal {@code wake}, or a new one starts. There are never two runs of an id.
 * Needs no worker. Safe for use by many threads.
 */
public final class WorkflowSignals {

    /** The name of the signal that every signalled workflow takes, without arguments. */
    public static final String SIGNAL = "wake";

    private static final int MOST_TRIES = 5;

    private final WorkflowClient client;

    public WorkflowSignals(WorkflowClient client) {
        this.client = client;
    }

    /**
     * Signals the workflow.
     *
     * @param summary one line for the list in the Temporal UI, at most 200 characters
     * @param memo of a run that it starts, for people
     * @throws Unavailable if Temporal does not answer: the sweeper makes up for it
     */
    public void wake(
            String workflowType, String workflowId, String summary, Map<String, Object> memo, Object... arguments) {
        WorkflowStub stub = stub(workflowType, workflowId, summary, memo);
        for (int tries = 1; ; tries++) {
            try {
                stub.signalWithStart(SIGNAL, new Object[0], arguments);
                return;
            } catch (WorkflowExecutionAlreadyStarted e) {
                // A run continued as new between the two halves of the call (seen on the in-process test server):
                // signal that one.
                if (tries == MOST_TRIES) {
                    throw failure(e);
                }
                stub = stub(workflowType, workflowId, summary, memo);
            } catch (WorkflowServiceException | StatusRuntimeException e) {
                throw failure(e);
            }
        }
    }

    private WorkflowStub stub(String workflowType, String workflowId, String summary, Map<String, Object> memo) {
        return client.newUntypedWorkflowStub(
                workflowType,
                WorkflowOptions.newBuilder()
                        .setTaskQueue(Queues.CONTROL)
                        .setWorkflowId(workflowId)
                        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
                        .setStaticSummary(summary)
                        .setMemo(memo)
                        .build());
    }

    /**
     * Signals the open run; false if there is none.
     *
     * @throws Unavailable if Temporal does not answer
     */
    public boolean wakeRunning(String workflowId) {
        try {
            client.newUntypedWorkflowStub(workflowId).signal(SIGNAL);
            return true;
        } catch (WorkflowNotFoundException e) {
            return false;
        } catch (WorkflowServiceException | StatusRuntimeException e) {
            throw failure(e);
        }
    }

    /**
     * Whether a run of the id is open. Looks up this one execution and never uses visibility.
     *
     * @throws Unavailable if Temporal does not answer
     */
    public boolean isRunning(String workflowId) {
        try {
            return client.newUntypedWorkflowStub(workflowId).describe().getStatus()
                    == WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;
        } catch (WorkflowNotFoundException e) {
            return false;
        } catch (WorkflowServiceException | StatusRuntimeException e) {
            if (isNotFound(e)) {
                return false;
            }
            throw failure(e);
        }
    }

    static boolean isNotFound(RuntimeException e) {
        return e.getCause() instanceof StatusRuntimeException cause
                && cause.getStatus().getCode() == Status.Code.NOT_FOUND;
    }

    /** What a call of Temporal failed with: an outage is one for all workflows; a refusal concerns this one, such as too many signals. */
    static RuntimeException failure(RuntimeException e) {
        Throwable cause = e instanceof StatusRuntimeException ? e : e.getCause();
        if (cause instanceof StatusRuntimeException status
                && status.getStatus().getCode() == Status.Code.INVALID_ARGUMENT) {
            return new IllegalStateException(
                    "Temporal refuses the call: " + status.getStatus().getDescription(), e);
        }
        Unavailable unavailable = new Unavailable(
                ErrorCode.UNAVAILABLE, "Temporal does not answer now: what was accepted is done as soon as it does");
        unavailable.initCause(e);
        return unavailable;
    }
}
