package dev.slipway.workflows.contract.service;

import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import io.temporal.activity.ActivityInterface;

/**
 * Ends the instances of a service that is stopped or deleted. Each call is one or two transactions on rows: the process that leads
 * brings the cluster to them. Called twice they find their work done. Queue slipway-control, seconds at most; only the database not
 * answering is worth a retry.
 */
@ActivityInterface(namePrefix = "Instances")
public interface InstanceActivities {

    /** Closes the routes and drains all instances. The service's workflow is woken when no gateway holds them any more. */
    Drain closeRoutes(ServiceStep step);

    /**
     * Ends drained instances once what is waited for is there, and says how far that has come. The service's workflow is woken when
     * there is more to be said.
     */
    Ending end(ServiceStep step, Drain drain, Ending.WaitsFor waitsFor);

    /** Gives back all slots of the service. */
    void releaseSlots(ServiceStep step);
}
