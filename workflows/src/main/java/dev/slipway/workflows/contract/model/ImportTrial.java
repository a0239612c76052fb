package dev.slipway.workflows.contract.model;

import dev.slipway.workflows.contract.instance.Ending;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.time.Duration;

/**
 * The trial start of a model: an instance set of one. Each call is a transaction or two on rows and may be repeated with the same
 * effect; the import is woken when there is more to be said. Queue slipway-control, seconds at most.
 */
@ActivityInterface
public interface ImportTrial {

    /** Wants the instance. Throws NOT_FOUND if the import is no longer wanted. */
    @ActivityMethod(name = "StartTrial")
    void start(ImageOfModel image);

    /** How it stands. */
    @ActivityMethod(name = "CheckTrial")
    TrialHealth checkTrial(String modelId);

    /** Tells that it was ready after so long. */
    @ActivityMethod(name = "TrialSucceeded")
    void succeeded(String modelId, Duration after);

    /** Ends the instance and forgets the set once it has ended; {@code ENDED} or {@code ENDING}. */
    @ActivityMethod(name = "EndTrial")
    Ending end(String modelId, Ending.WaitsFor waitsFor);
}
