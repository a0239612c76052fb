package dev.slipway.workflows.contract.model;

import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.WorkflowInput;

/** Which model. */
public record ImportInput(String modelId, String name, String version) implements WorkflowInput {

    public ImportInput {
        WorkflowInput.text("modelId", modelId);
        WorkflowInput.text("name", name);
        WorkflowInput.text("version", version);
    }

    /** The id of the workflow that imports it. */
    public String workflowId() {
        return WorkflowIds.model(name, version, modelId);
    }
}
