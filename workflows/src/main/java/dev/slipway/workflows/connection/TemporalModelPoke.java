package dev.slipway.workflows.connection;

import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelPoke;
import dev.slipway.workflows.contract.model.ImportInput;
import dev.slipway.workflows.contract.model.ModelImport;

/** Wakes the workflow that imports a model, or starts it. Safe for use by many threads. */
public final class TemporalModelPoke implements ModelPoke {

    private final Pokes pokes;

    public TemporalModelPoke(Pokes pokes) {
        this.pokes = pokes;
    }

    @Override
    public void poke(Model model) {
        String id = model.id().value();
        pokes.poke(ModelImport.TYPE, ModelImport.id(id), "import model " + model.label(), new ImportInput(id));
    }

    /** Whether its workflow runs. Asks for this one execution, never a search. */
    public boolean isRunning(Model model) {
        return pokes.isRunning(ModelImport.id(model.id().value()));
    }
}
