package dev.slipway.workflows.contract.rollout;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Workflow {@code service/<serviceId>/rollout/<generation>}: brings a generation into service or leaves all as it was. Its row is the
 * guard: a run for a rollout that has ended answers with the outcome.
 */
@WorkflowInterface
public interface Rollout {

    /** The workflow id of a rollout. */
    static String id(String serviceId, long generation) {
        return "service/" + serviceId + "/rollout/" + generation;
    }

    @WorkflowMethod
    Outcome rollOut(RolloutInput input);

    /** Slots may have come free. */
    @SignalMethod
    void wake();
}
