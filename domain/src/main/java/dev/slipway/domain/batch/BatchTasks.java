package dev.slipway.domain.batch;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Looks up the progress of tasks. */
public interface BatchTasks {
    /** Empty if there is no such task, or if it has not been begun yet. */
    Optional<TaskProgress> progress(TaskId task);

    /** The progress of those of these tasks that have begun. One query. */
    Map<TaskId, TaskProgress> progress(Collection<TaskId> tasks);
}
