package dev.slipway.workflows.contract.retention;

import io.temporal.activity.ActivityInterface;
import io.temporal.activity.ActivityMethod;
import java.util.List;

/**
 * What {@link Retention} does. Each works in steps of at most 1,000 things, heartbeats after each step, and continues where an earlier
 * execution stopped. Returns what it removed, by kind.
 */
@ActivityInterface
public interface RetentionActivities {

    /** Events that are too old. */
    @ActivityMethod(name = "RemoveOldEvents")
    List<RemovedKind> removeEvents();

    /**
     * Plan, parts and commits of batch tasks that ended long ago, or whose service is deleted. A task whose object storage does not
     * answer is left for another time.
     */
    @ActivityMethod(name = "RemoveOldBatchWork")
    List<RemovedKind> removeBatchWork();

    /** Rows: instance sets and waits without an owner, counts, requests, generations, tasks, deleted services. */
    @ActivityMethod(name = "RemoveOldRows")
    List<RemovedKind> removeRows();

    /** Unused files of this worker's machine. */
    @ActivityMethod(name = "RemoveUnusedFiles")
    List<RemovedKind> removeFiles();
}
