package dev.slipway.workflows.contract.model;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** What {@link ModelImport} reads and writes of the row. Each call is one transaction and may be repeated with the same effect. */
@ActivityInterface
public interface ImportRows {

    /** Marks the import as taken and says how the row stands; a row that is gone counts as ended. */
    @ActivityMethod(name = "BeginImport")
    ImportStart begin(String modelId);

    /** Whether the row is there and still waits for its end. */
    @ActivityMethod(name = "IsImportWanted")
    boolean isWanted(String modelId);

    /** Ends the import as published, with its event; an end that stands already is answered instead. */
    @ActivityMethod(name = "PublishModel")
    ImportResult publish(ImageOfModel image);

    /** Ends the import badly, with the events that say why; an end that stands already is answered instead. */
    @ActivityMethod(name = "FailImport")
    ImportResult fail(FailedImport failed);
}
