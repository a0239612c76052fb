package dev.slipway.workflows.contract.service;

import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import io.temporal.activity.ActivityInterface;

/**
 * Ends the instances of a service that is stopped or deleted. Each call is one or two transactions on rows, which the leader then applies
 * to the cluster; a second call changes nothing. Queue slipway-control, seconds at most. Worth a retry only while the database does not
 * answer.
 */
@ActivityInterface(namePrefix = "Instances")
public interface InstanceActivities {

    /** Closes the routes and drains all instances. The service's workflow is woken when no gateway holds them any more. */
    Drain closeRoutes(ServiceStep step);

    /**
     * Ends drained instances once {@code waitsFor} allows it, and returns the progress. The service's workflow is woken when the progress
     * may have changed.
     */
    Ending end(ServiceStep step, Drain drain, Ending.WaitsFor waitsFor);

    /** Releases all slots of the service. */
    void releaseSlots(ServiceStep step);
}
