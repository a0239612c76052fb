package dev.slipway.workflows.contract.rollout;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Workflow {@code service/<serviceId>/rollout/<generation>}: brings a generation into service, or leaves everything as it was. The row of
 * the rollout keeps its outcome: a later run returns that outcome and does nothing.
 */
@WorkflowInterface
public interface Rollout {

    /** The workflow id of a rollout. */
    static String id(String serviceId, long generation) {
        return "service/" + serviceId + "/rollout/" + generation;
    }

    @WorkflowMethod
    RolloutResult rollOut(RolloutInput input);

    /** Something that the rollout waits for may have changed. */
    @SignalMethod
    void wake();
}
