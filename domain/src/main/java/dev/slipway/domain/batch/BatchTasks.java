package dev.slipway.domain.batch;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Looks up how tasks stand. */
public interface BatchTasks {
    /** Empty if there is no such task, or if it has not been begun yet. */
    Optional<TaskProgress> progress(TaskId task);

    /** Of each of these tasks that has been begun, how it stands; by task. One query. */
    Map<TaskId, TaskProgress> progress(Collection<TaskId> tasks);
}
