package dev.slipway.domain.model;

/** Wakes the workflow that imports a model. */
@FunctionalInterface
public interface ModelWaker {

    /**
     * Wakes it, or starts it if it does not run. Never starts a second one. May be repeated. Needs no worker.
     *
     * @throws dev.slipway.domain.problem.Unavailable if it cannot be reached now; a sweeper repeats the wake
     */
    void wake(Model model);
}
