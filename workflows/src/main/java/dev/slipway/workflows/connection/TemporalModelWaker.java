package dev.slipway.workflows.connection;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelWaker;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ModelImport;

/** Wakes the workflow that imports a model, or starts it. Safe for use by many threads. */
public final class TemporalModelWaker implements ModelWaker {

    private final WorkflowSignals signals;

    public TemporalModelWaker(WorkflowSignals signals) {
        this.signals = signals;
    }

    @Override
    public void wake(Model model) {
        String id = model.id().value();
        signals.wake(ModelImport.TYPE, ModelImport.id(id), "import model " + model.label(), new ImportInput(id));
    }

    /** Whether its workflow runs. Looks up this one execution and never searches. */
    public boolean isRunning(Model model) {
        return signals.isRunning(ModelImport.id(model.id().value()));
    }
}
