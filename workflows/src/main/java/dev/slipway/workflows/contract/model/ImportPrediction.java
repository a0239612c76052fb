package dev.slipway.workflows.contract.model;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import org.jspecify.annotations.Nullable;

/**
 * The trial prediction of a model, asked of the instance of its trial start. Queue slipway-build, minutes at most. Throws NOT_FOUND if the
 * import is no longer wanted, UNAVAILABLE if storage or database do not answer.
 */
@ActivityInterface
public interface ImportPrediction {

    /**
     * Asks the model what its request says, writes the event of a right answer, and returns why an answer is wrong; null if it is right. A
     * repetition asks again and adds no event.
     */
    @ActivityMethod(name = "PredictOnTrial")
    @Nullable
    Refusal predict(String modelId);
}
