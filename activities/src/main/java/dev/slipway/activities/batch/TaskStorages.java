package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.storage.ObjectStore;
import java.time.Clock;

/** Object storage for tasks. Its refusals are stored in rows, so that the count survives restarts and changes of the worker. */
public final class TaskStorages {

    private final BatchStore tasks;
    private final ObjectStore store;
    private final StorageLimits limits;
    private final Clock clock;

    public TaskStorages(BatchStore tasks, ObjectStore store, StorageLimits limits, Clock clock) {
        this.tasks = tasks;
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /** For one attempt at a step. */
    TaskStorage of(BatchTask task) {
        return new TaskStorage(tasks, store, limits, clock, task);
    }
}
