package dev.slipway.workflows.contract.model;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * The long steps of {@link ModelImport}. Each writes its events under keys so that a repetition adds none, heartbeats, and ends soon when
 * cancelled. Throws NOT_FOUND if the model's row is gone, UNAVAILABLE if storage or database do not answer.
 */
@ActivityInterface
public interface ImportSteps {

    /** Lists the package, reads its config.json, and writes config and size into the row. Seconds; the key is the model's id. */
    @ActivityMethod(name = "CheckPackage")
    Checked check(String modelId);

    /**
     * Prepares the environment of the model and writes it into the row, with the log of its build. One that is kept is taken, so it may run
     * twice. Takes minutes where packages are installed.
     */
    @ActivityMethod(name = "PrepareEnvironment")
    Prepared prepare(BuildOrder order);

    /** Downloads the objects of the listing and builds the image. Equal files give an equal image, so it may run twice. Takes minutes. */
    @ActivityMethod(name = "BuildImage")
    Built build(BuildOrder order);

    /**
     * Sends the image to the registry of the settings and writes its reference into the row. What the registry has is not sent again, so it
     * may run twice. Takes minutes. The refusal is null where the registry has it.
     */
    @ActivityMethod(name = "PushImage")
    Built push(ImageOfModel image);
}
