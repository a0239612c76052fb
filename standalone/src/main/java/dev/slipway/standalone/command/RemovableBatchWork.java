package dev.slipway.standalone.command;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import java.util.List;

/**
 * The objects of batch tasks that the next removal would free, by listings of object storage.
 *
 * @param tasks that were listed
 * @param bytes of their plans and parts
 * @param isComplete false if there are more tasks or objects than were listed
 */
record RemovableBatchWork(int tasks, long bytes, boolean isComplete) {

    /** The most tasks that are listed. */
    static final int MOST_TASKS = 100;
    /** The most listings, of at most 1,000 objects each; one for each task is always within it. */
    static final int MOST_LISTINGS = 200;

    /**
     * Lists the work of the tasks.
     *
     * @throws dev.slipway.domain.problem.Unavailable if the store does not answer
     */
    static RemovableBatchWork of(List<BatchTask> tasks, ObjectStore objects) {
        List<BatchTask> listed = tasks.subList(0, Math.min(tasks.size(), MOST_TASKS));
        boolean isComplete = listed.size() == tasks.size();
        int further = MOST_LISTINGS - listed.size();
        long bytes = 0;
        for (BatchTask task : listed) {
            ObjectUri work = new TaskFolders(task.spec().entry().destination(), task.id()).work();
            try {
                ObjectPage page = objects.list(work, null);
                bytes += size(page);
                for (String next = page.next(); next != null; next = page.next()) {
                    if (further-- <= 0) {
                        isComplete = false;
                        break;
                    }
                    page = objects.list(work, next);
                    bytes += size(page);
                }
            } catch (NotFound bucketIsGone) {
                // and its objects with it
            }
        }
        return new RemovableBatchWork(listed.size(), bytes, isComplete);
    }

    private static long size(ObjectPage page) {
        return page.objects().stream().mapToLong(StoredObject::size).sum();
    }
}
