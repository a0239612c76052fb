package dev.slipway.workflows.contract.event;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;

/** What {@link EventRetention} does to the database. */
@ActivityInterface
public interface EventRetentionActivities {

    /**
     * Removes all events of services that are too old now, in steps of 1,000 with a heartbeat each. Twice in a row removes nothing the
     * second time. Returns how many.
     */
    @ActivityMethod(name = "RemoveOldServiceEvents")
    int removeOldServiceEvents();

    /** The same of models. */
    @ActivityMethod(name = "RemoveOldModelEvents")
    int removeOldModelEvents();
}
