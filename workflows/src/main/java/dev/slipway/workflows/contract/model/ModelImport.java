package dev.slipway.workflows.contract.model;

import dev.slipway.domain.workflow.WorkflowIds;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Workflow {@link WorkflowIds#model}: from the accepted request to a model that is published or failed. */
@WorkflowInterface
public interface ModelImport {

    /** The type as Temporal knows it. */
    String TYPE = "ModelImport";

    /** Returns the final state of the row; a failed one is a {@link dev.slipway.workflows.contract.BadEnd}. */
    @WorkflowMethod(name = TYPE)
    ImportResult importModel(ImportInput input);

    /** The row has changed: it may be gone. */
    @SignalMethod
    void wake();
}
