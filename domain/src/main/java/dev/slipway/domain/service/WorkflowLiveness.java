package dev.slipway.domain.service;

/** Tells whether the workflow of a service runs. */
@FunctionalInterface
public interface WorkflowLiveness {

    /**
     * Whether the workflow of the service runs. Looks up this one execution and never searches.
     *
     * @throws dev.slipway.domain.problem.Unavailable if it cannot be asked now
     */
    boolean isRunning(Service service);
}
