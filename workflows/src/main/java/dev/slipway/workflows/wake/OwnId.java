package dev.slipway.workflows.wake;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.FailureTypes;
import dev.slipway.workflows.contract.FinalFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.workflow.Workflow;
import java.util.Optional;

/**
 * The id that a workflow has to have. Signals are sent to that id, and Temporal allows one open run of it. Under another id nobody would wake
 * or end the run, and two runs would do the same work. Workflow code only.
 */
public final class OwnId {

    private OwnId() {}

    /** Fails the workflow if somebody has started it under another id. */
    public static void require(String expected) {
        if (!found().equals(expected)) {
            throw refused(expected);
        }
    }

    /** As {@link #require}, for the lifecycle of a service whose name is not known yet. */
    public static void requireLifecycleOf(String serviceId) {
        if (!WorkflowIds.lifecycleOf(found()).equals(Optional.of(serviceId))) {
            throw refused(WorkflowIds.service("NAME", serviceId));
        }
    }

    private static String found() {
        return Workflow.getInfo().getWorkflowId();
    }

    private static ApplicationFailure refused(String expected) {
        return FinalFailure.of(
                "workflow id: expected '%s', found '%s'. Slipway starts this workflow by itself; ask for work by the API or by RunBatch, DeployService or ImportModel"
                        .formatted(expected, found()),
                FailureTypes.INVALID,
                ErrorCode.PARAMETER.code());
    }
}
