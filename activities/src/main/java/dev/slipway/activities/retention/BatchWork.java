package dev.slipway.activities.retention;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.retention.RetentionStore;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.workflows.contract.retention.RemovedKind;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes plan, parts and commits of tasks. First the row records that the removal has begun, so that nothing starts from a half removed
 * plan. Then the objects are removed, then the commits, and last the row records that nothing is left.
 */
final class BatchWork {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWork.class);
    private static final int TASKS = 100;
    private static final int COMMITS = 1_000;

    private final Candidates candidates;
    private final BatchStore tasks;
    private final ObjectStore objects;
    private final Clock clock;

    /** Finds tasks as {@link RetentionStore#tasksWithWork} does. */
    @FunctionalInterface
    interface Candidates {
        List<BatchTask> find(Instant endedBefore, int limit);
    }

    BatchWork(Candidates candidates, BatchStore tasks, ObjectStore objects, Clock clock) {
        this.candidates = candidates;
        this.tasks = tasks;
        this.objects = objects;
        this.clock = clock;
    }

    RemovedKind remove(Instant endedBefore, Runnable alive) {
        RemovedKind all = new RemovedKind("batch work, objects", 0, 0);
        Set<TaskId> left = new HashSet<>();
        List<BatchTask> round;
        do {
            // Tasks that cannot be removed now come again, after all that were not tried yet.
            round = candidates.find(endedBefore, TASKS).stream()
                    .filter(task -> !left.contains(task.id()))
                    .toList();
            for (BatchTask task : round) {
                try {
                    RemovedKind removed = removeOf(task, alive);
                    all = new RemovedKind(all.kind(), all.things() + removed.things(), all.bytes() + removed.bytes());
                } catch (Problem notNow) { // one bucket that does not answer must not stop the others
                    left.add(task.id());
                    LOG.warn(
                            "work of a task is left for another time task={} cause={}", task.id(), notNow.getMessage());
                }
                alive.run();
            }
        } while (!round.isEmpty());
        return all;
    }

    private RemovedKind removeOf(BatchTask task, Runnable alive) {
        tasks.beginRemovalOfWork(task.id(), clock.instant());
        RemovedKind removed =
                removeObjects(new TaskFolders(task.spec().entry().destination(), task.id()).work(), alive);
        while (tasks.removeCommits(task.id(), COMMITS) == COMMITS) {
            alive.run();
        }
        tasks.endRemovalOfWork(task.id());
        return removed;
    }

    private RemovedKind removeObjects(ObjectUri folder, Runnable alive) {
        long things = 0;
        long bytes = 0;
        String from = null;
        try {
            do {
                ObjectPage page = objects.list(folder, from);
                for (StoredObject object : page.objects()) {
                    objects.delete(object.uri());
                    things++;
                    bytes += object.size();
                    alive.run();
                }
                from = page.next();
            } while (from != null);
        } catch (NotFound bucketIsGone) {
            // and everything in it
        }
        return new RemovedKind("", things, bytes);
    }
}
