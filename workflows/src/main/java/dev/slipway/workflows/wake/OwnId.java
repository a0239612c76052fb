package dev.slipway.workflows.wake;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.workflows.contract.FailureTypes;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;

/**
 * The id that a workflow has to have. Signals are sent to that id, and Temporal allows one open run of it. Under another id nobody would wake
 * or end the run, and two runs would do the same work. Workflow code only.
 */
public final class OwnId {

    private OwnId() {}

    /** Fails the workflow if somebody has started it under another id. */
    public static void require(String expected) {
        String found = Workflow.getInfo().getWorkflowId();
        if (!found.equals(expected)) {
            ApplicationFailure failure = ApplicationFailure.newNonRetryableFailure(
                    "workflow id: expected '%s', found '%s'. Slipway starts this workflow by itself; ask for work by the API or by RunBatch, DeployService or ImportModel"
                            .formatted(expected, found),
                    FailureTypes.INVALID,
                    ErrorCode.PARAMETER.code());
            failure.setStackTrace(new StackTraceElement[0]);
            throw failure;
        }
    }
}
