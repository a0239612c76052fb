package dev.slipway.workflows.contract.model;

import dev.slipway.workflows.contract.WorkflowInput;

/** Which model. */
public record ImportInput(String modelId) implements WorkflowInput {

    public ImportInput {
        WorkflowInput.text("modelId", modelId);
    }
}
