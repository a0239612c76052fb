package dev.slipway.activities.batch;

import dev.slipway.activities.waiting.ToldObjectStore;
import dev.slipway.activities.waiting.Waits;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.storage.ObjectStore;
import java.time.Clock;
import java.util.function.Predicate;

/** Object storage for tasks. Its refusals are stored in rows, so that the count survives restarts and changes of the worker. */
public final class TaskStorages {

    private final BatchStore tasks;
    private final Predicate<BatchTask> wanted;
    private final ObjectStore store;
    private final StorageLimits limits;
    private final TaskObjects objects;
    private final Clock clock;

    /** For projects that share all objects. */
    public TaskStorages(
            BatchStore tasks, Predicate<BatchTask> wanted, ObjectStore store, StorageLimits limits, Clock clock) {
        this(tasks, wanted, store, limits, TaskObjects.ofEverybody(), clock);
    }

    /**
     * @param wanted whether the service of a task still asks for it
     * @param objects which inputs a task may read
     */
    public TaskStorages(
            BatchStore tasks,
            Predicate<BatchTask> wanted,
            ObjectStore store,
            StorageLimits limits,
            TaskObjects objects,
            Clock clock) {
        this.objects = objects;
        this.tasks = tasks;
        this.wanted = wanted;
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /** For one attempt at a step, whose waits are told. */
    TaskStorage of(BatchTask task, Waits waits) {
        return new TaskStorage(
                tasks,
                () -> wanted.test(task),
                new ToldObjectStore(store, waits),
                limits,
                objects.of(task),
                clock,
                task);
    }
}
