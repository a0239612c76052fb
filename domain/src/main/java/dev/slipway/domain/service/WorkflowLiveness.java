package dev.slipway.domain.service;

/** Whether somebody looks after a service. */
@FunctionalInterface
public interface WorkflowLiveness {

    /**
     * Whether the workflow of the service runs. Asks for this one execution, never a search.
     *
     * @throws dev.slipway.domain.problem.Unavailable if it cannot be asked now
     */
    boolean isRunning(Service service);
}
