package dev.slipway.workflows.contract.model;

import dev.slipway.workflows.contract.instance.Ending;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Duration;

/**
 * The trial start of a model: an instance set of one. Each call is one or two transactions on rows and may be repeated with the same
 * effect. The import is woken when the answer may have changed. Queue slipway-control, seconds at most.
 */
@ActivityInterface
public interface ImportTrial {

    /** Asks for the instance. Throws NOT_FOUND if the import is no longer wanted. */
    @ActivityMethod(name = "StartTrial")
    void start(ImageOfModel image);

    /** Its state. Warnings of its runtime become events of the model, each once. */
    @ActivityMethod(name = "CheckTrial")
    TrialHealth checkTrial(ImportInput model);

    /** Records the event that it became ready, and how long that took. */
    @ActivityMethod(name = "TrialSucceeded")
    void succeeded(String modelId, Duration after);

    /** Ends the instance and forgets the set once it has ended; {@code ENDED} or {@code ENDING}. */
    @ActivityMethod(name = "EndTrial")
    Ending end(ImportInput model, Ending.WaitsFor waitsFor);
}
