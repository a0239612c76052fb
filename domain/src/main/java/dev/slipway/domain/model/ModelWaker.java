package dev.slipway.domain.model;

/** Wakes the workflow that imports a model. */
@FunctionalInterface
public interface ModelWaker {

    /**
     * Wakes it, or starts it if it does not run; never beside one that runs. May be repeated. Needs no worker.
     *
     * @throws dev.slipway.domain.problem.Unavailable if it cannot be reached now: the sweeper makes up for it
     */
    void wake(Model model);
}
