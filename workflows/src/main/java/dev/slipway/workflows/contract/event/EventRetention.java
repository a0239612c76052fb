package dev.slipway.workflows.contract.event;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Removes events that are older than the settings keep them (guide 2.6: models 3 months; 3.5: services 1 month). Started by the
 * Schedule {@value #SCHEDULE}, and by hand as often as one likes.
 */
@WorkflowInterface
public interface EventRetention {

    /** The id of the Schedule. */
    String SCHEDULE = "schedule/event-retention";

    /** The name in the Temporal UI. */
    String TYPE = "EventRetention";

    /** How many events were removed. */
    @WorkflowMethod(name = TYPE)
    Removed removeOldEvents();

    /** Counts of one run. */
    record Removed(int ofServices, int ofModels) {}
}
