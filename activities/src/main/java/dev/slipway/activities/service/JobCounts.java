package dev.slipway.activities.service;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.service.Service;
import org.jspecify.annotations.Nullable;

/** What a batch job did: whether it has ended, and in words for the event that closes it. */
final class JobCounts {

    private final BatchStore tasks;

    JobCounts(BatchStore tasks) {
        this.tasks = tasks;
    }

    /** Whether the service's task has ended; false if it has none, or one that has not begun. */
    boolean hasEnded(Service service) {
        BatchTask task = task(service);
        return task != null && task.status().isEnd();
    }

    private @Nullable BatchTask task(Service service) {
        String id = service.taskId();
        return id == null ? null : tasks.find(new TaskId(id)).orElse(null);
    }

    /** How many records, how many of them failed, and where the manifest is; null if the service has no task with a plan. */
    @Nullable
    String of(Service service) {
        BatchTask task = task(service);
        if (task == null || task.plan() == null) {
            return null;
        }
        TaskProgress progress = tasks.progress(task.id()).orElseThrow();
        return "%d records in %d files, %d failed%s"
                .formatted(
                        progress.records(),
                        progress.files(),
                        progress.failed(),
                        task.manifest().map("; manifest %s"::formatted).orElse(""));
    }
}
