package dev.slipway.workflows.contract.rollout;

import dev.slipway.domain.workflow.WorkflowIds;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Workflow {@link WorkflowIds#rollout}: brings a generation into service, or leaves everything as it was. The row of
 * the rollout keeps its outcome: a later run returns that outcome and does nothing.
 */
@WorkflowInterface
public interface Rollout {

    @WorkflowMethod
    RolloutResult rollOut(RolloutInput input);

    /** Something that the rollout waits for may have changed. */
    @SignalMethod
    void wake();
}
