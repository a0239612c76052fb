package dev.slipway.domain.batch;

import java.util.Optional;

/** Looks up how tasks stand. */
public interface BatchTasks {
    /** Empty if there is no such task, or if it has not been begun yet. */
    Optional<TaskProgress> progress(TaskId task);
}
