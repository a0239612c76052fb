package dev.slipway.domain.batch;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks up the progress of tasks. */
public interface BatchTasks {
    /** Empty if there is no such task, or if it has not been begun yet. */
    Optional<TaskProgress> progress(TaskId task);

    /** The progress of those of these tasks that have begun. One query. */
    Map<TaskId, TaskProgress> progress(Collection<TaskId> tasks);

    /**
     * What chunks of each of these tasks have answered that were committed, or heard of, since that instant; in any order, and no entry for
     * a task without any. One query.
     */
    Map<TaskId, List<WorkSpan>> work(Collection<TaskId> tasks, Instant since);
}
