package dev.slipway.workflows.contract.model;

import dev.slipway.workflows.contract.pool.AdmissionResult;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * Admits imports to expensive steps. Each call is one or two transactions on rows and may be repeated with the same effect. Queue
 * slipway-control, seconds at most. Worth a retry only while the database does not answer.
 */
@ActivityInterface
public interface ImportSlots {

    /** Claims a slot for the step. If it has to wait, an event says so, and the import is woken once the slot is granted. */
    @ActivityMethod(name = "ClaimImportSlot")
    AdmissionResult claim(ImportInput model, ImportStep step);

    /** Releases the slot. Does nothing if the import has none. */
    @ActivityMethod(name = "ReleaseImportSlot")
    void release(String modelId, ImportStep step);
}
