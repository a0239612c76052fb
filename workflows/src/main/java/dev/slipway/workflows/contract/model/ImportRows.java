package dev.slipway.workflows.contract.model;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** Reads and writes of {@link ModelImport} on the model's row. Each call is one transaction and may be repeated with the same effect. */
@ActivityInterface
public interface ImportRows {

    /** Marks the import as taken and returns the state of the row. A missing row counts as ended. */
    @ActivityMethod(name = "BeginImport")
    ImportStart begin(String modelId);

    /** Whether the row exists and its import has not ended. */
    @ActivityMethod(name = "IsImportWanted")
    boolean isWanted(String modelId);

    /** Ends the import as published, with its event. If it has ended before, returns that end and changes nothing. */
    @ActivityMethod(name = "PublishModel")
    ImportResult publish(ImageOfModel image);

    /** Ends the import as failed, with the events that say why. If it has ended before, returns that end and changes nothing. */
    @ActivityMethod(name = "FailImport")
    ImportResult fail(FailedImport failed);
}
