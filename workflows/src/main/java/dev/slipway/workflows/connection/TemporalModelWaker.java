package dev.slipway.workflows.connection;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelWaker;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ModelImport;
import java.util.Map;

/** Wakes the workflow that imports a model, or starts it. Safe for use by many threads. */
public final class TemporalModelWaker implements ModelWaker {

    private final WorkflowSignals signals;

    public TemporalModelWaker(WorkflowSignals signals) {
        this.signals = signals;
    }

    @Override
    public void wake(Model model) {
        ImportInput input = input(model);
        signals.wake(
                ModelImport.TYPE,
                input.workflowId(),
                "import model " + model.label(),
                Map.of("name", model.label(), "model", input.modelId()),
                input);
    }

    /** Whether its workflow runs. Looks up this one execution and never searches. */
    public boolean isRunning(Model model) {
        return signals.isRunning(input(model).workflowId());
    }

    private static ImportInput input(Model model) {
        return new ImportInput(
                model.id().value(), model.spec().name(), model.spec().version());
    }
}
