package dev.slipway.domain.service;

/** Wakes the workflow that looks after a service: the lifecycle of a real-time service, the running task of a batch service. */
@FunctionalInterface
public interface ServiceWaker {

    /**
     * Wakes it, or starts it if it does not run; never beside one that runs. May be repeated. Needs no worker.
     *
     * @param service as the transaction that asks for the wake left it
     * @throws dev.slipway.domain.problem.Unavailable if it cannot be reached now: the sweeper makes up for it
     */
    void wake(Service service);
}
