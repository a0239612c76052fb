package dev.slipway.workflows.contract.instance;

import dev.slipway.workflows.contract.service.ServiceStep;
import io.temporal.activity.ActivityInterface;

/** Ends the instances of a service. Called twice they find their work done. Queue slipway-cluster; they heartbeat. */
@ActivityInterface(namePrefix = "Instances")
public interface InstanceActivities {

    /**
     * Closes the routes and waits until no gateway has a request open, at most the drain limit of the instances: a stop does not wait
     * for a gateway that cannot be reached.
     */
    Quiet closeRoutes(ServiceStep step);

    /** Ends all instances of the service, waits until they have ended, forgets their sets and gives back their slots. */
    void removeAll(ServiceStep step);
}
