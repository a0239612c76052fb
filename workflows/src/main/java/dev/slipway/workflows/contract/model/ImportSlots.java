package dev.slipway.workflows.contract.model;

import dev.slipway.workflows.contract.pool.AdmissionResult;
import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/**
 * Admits imports to steps that cost much. Each call is a transaction or two on rows and may be repeated with the same effect. Queue
 * slipway-control, seconds at most; only the database not answering is worth a retry.
 */
@ActivityInterface
public interface ImportSlots {

    /** Claims a slot for the step; whoever waits is told of by an event and woken when its turn has come. */
    @ActivityMethod(name = "ClaimImportSlot")
    AdmissionResult claim(String modelId, ImportStep step);

    /** Gives the slot back. Nothing happens if the import has none. */
    @ActivityMethod(name = "ReleaseImportSlot")
    void release(String modelId, ImportStep step);
}
