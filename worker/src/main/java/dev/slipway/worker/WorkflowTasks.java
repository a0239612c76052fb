package dev.slipway.worker;

import java.time.Duration;

/**
 * What workflow tasks are given on a machine that has little to give.
 *
 * @param deadlock wall-clock time after which workflow code that has not reached its next wait is considered stuck; its task then fails
 * @param warmedUp whether what runs workflows is loaded before the first task is asked for
 */
record WorkflowTasks(Duration deadlock, boolean warmedUp) {

    /** On a starved machine the loading of classes alone takes seconds, which is no deadlock. */
    static final WorkflowTasks USUAL = new WorkflowTasks(Duration.ofSeconds(30), true);

    WorkflowTasks {
        if (!deadlock.isPositive()) {
            throw new IllegalArgumentException("deadlock of %s, expected more than 0".formatted(deadlock));
        }
    }
}
