package dev.slipway.activities.model;

import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.domain.pool.PlacedFlavor;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;

/** Where models are started on trial. */
final class TrialPlaces {

    private TrialPlaces() {}

    /**
     * The place of a model.
     *
     * @throws NotFound if its row is gone
     * @throws dev.slipway.domain.problem.Invalid if the settings do not have the place any more
     */
    static PlacedFlavor of(ModelStore models, Pools pools, String modelId) {
        TrialSpec trial = models.find(new ModelId(modelId))
                .orElseThrow(() ->
                        new NotFound(ErrorCode.MODEL_UNKNOWN, "model '%s' does not exist any more".formatted(modelId)))
                .spec()
                .trial();
        return pools.placeOfTrial(trial.pool(), trial.specification());
    }
}
