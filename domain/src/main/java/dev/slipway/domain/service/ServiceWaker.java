package dev.slipway.domain.service;

/** Wakes the lifecycle workflow of a service. */
@FunctionalInterface
public interface ServiceWaker {

    /**
     * Wakes it, or starts it if it does not run. Never starts a second one. May be repeated. Needs no worker.
     *
     * @param service as committed
     * @throws dev.slipway.domain.problem.Unavailable if it cannot be reached now; a sweeper repeats the wake
     */
    void wake(Service service);
}
