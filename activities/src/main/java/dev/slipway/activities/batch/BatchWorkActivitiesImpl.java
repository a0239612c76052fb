package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkCutter;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.storage.ObjectPage;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.StoredObject;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.batch.Chunk;
import dev.slipway.workflows.contract.batch.ChunkDone;
import dev.slipway.workflows.contract.batch.ChunkList;
import dev.slipway.workflows.contract.batch.ChunkQuery;
import dev.slipway.workflows.contract.batch.Planned;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link BatchWorkActivities} over object storage and the task's instances. */
public final class BatchWorkActivitiesImpl implements BatchWorkActivities {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWorkActivitiesImpl.class);

    private final BatchStore tasks;
    private final ObjectStore store;
    private final String objectHost;
    private final Path folder;
    private final BatchLimits limits;
    private final InstancePools pools;

    /**
     * @param objectHost see {@link dev.slipway.domain.storage.ObjectUri#parse}
     * @param folder for work files, which are removed after use
     */
    public BatchWorkActivitiesImpl(
            TaskInstances instances,
            BatchStore tasks,
            ObjectStore store,
            String objectHost,
            Path folder,
            BatchLimits limits) {
        this.tasks = tasks;
        this.store = store;
        this.objectHost = objectHost;
        this.folder = folder;
        this.limits = limits;
        this.pools = new InstancePools(instances, limits);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("work folder '%s' of batch jobs cannot be made".formatted(folder), e);
        }
    }

    /** Work that may take long. */
    @FunctionalInterface
    private interface Work<T> {
        T run(Liveness liveness) throws IOException, InterruptedException;
    }

    private static <T> T beating(Work<T> work) {
        try (Heartbeat heartbeat = Heartbeat.start(Activity.getExecutionContext())) {
            return work.run(heartbeat);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: the worker stops", e);
        }
    }

    @Override
    public Planned plan(BatchRun run) {
        BatchTask task = task(run);
        return beating(liveness -> {
            try {
                PlanTotals totals = new Planner(store, objectHost, limits).plan(task, fence(), liveness);
                tasks.planned(task.id(), totals);
                LOG.info("planned task={} inputs={} records={}", task.id(), totals.inputs(), totals.records());
                return new Planned(totals.inputs(), totals.records(), "");
            } catch (Invalid | NotFound e) {
                return new Planned(0, 0, String.valueOf(e.getMessage()));
            }
        });
    }

    @Override
    public ChunkList nextChunks(BatchRun run, ChunkQuery query) {
        BatchTask task = task(run);
        return beating(liveness -> nextChunks(task, query, liveness));
    }

    private ChunkList nextChunks(BatchTask task, ChunkQuery query, Liveness liveness) throws IOException {
        List<ChunkRange> holes = tasks.holes(task.id(), query.from(), query.limit() + 1);
        List<Chunk> chunks = new ArrayList<>();
        for (ChunkRange hole : holes) {
            if (chunks.size() == query.limit()) {
                break;
            }
            try (PlanReader plan = PlanReader.from(store, folders(task), hole.from())) {
                Iterator<ChunkRange> inputs = new InputRanges(plan, liveness);
                ChunkCutter.cut(hole, inputs, query.size(), query.limit() - chunks.size())
                        .forEach(chunk -> chunks.add(new Chunk(chunk.from(), chunk.to())));
            }
        }
        boolean more =
                !chunks.isEmpty() && chunks.getLast().to() < holes.getLast().to();
        return new ChunkList(chunks, more);
    }

    @Override
    public ChunkDone work(BatchRun run, Chunk chunk) {
        BatchTask task = task(run);
        ChunkRange range = new ChunkRange(chunk.from(), chunk.to());
        return beating(liveness -> {
            try {
                return work(task, range, fence(), liveness);
            } catch (NoInstances e) {
                LOG.info("chunk given up for now task={} chunk={} reason={}", task.id(), range, e.getMessage());
                return ChunkDone.withoutInstances();
            }
        });
    }

    private ChunkDone work(BatchTask task, ChunkRange range, String fence, Liveness liveness)
            throws IOException, InterruptedException {
        ChunkWorker worker = new ChunkWorker(tasks, store, folder, limits);
        long begun = System.nanoTime();
        ChunkCommit winner = worker.committed(task, range).orElse(null);
        if (winner == null) {
            try (InstancePools.Lease lease = pools.lease(task)) {
                CommitAnswer answer = worker.work(task, range, fence, lease.pool(), liveness);
                if (!(answer instanceof CommitAnswer.Committed committed)) {
                    LOG.info("chunk lost task={} chunk={} fence={} answer={}", task.id(), range, fence, answer);
                    return new ChunkDone(false, range.size(), 0, 0, false);
                }
                winner = committed.winner();
            }
        }
        long millis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
        new Publisher(tasks, store, folder).publish(task, winner, liveness);
        return new ChunkDone(true, range.size(), winner.failed(), millis, false);
    }

    @Override
    public void publish(BatchRun run) {
        BatchTask task = task(run);
        beating(liveness -> {
            new Publisher(tasks, store, folder).publishAll(task, liveness);
            return true;
        });
    }

    @Override
    public void mergeTables(BatchRun run) {
        BatchTask task = task(run);
        beating(liveness -> {
            if (hasPlan(task)) {
                new TableMerger(tasks, store, folder).mergeAll(task, liveness);
            }
            return true;
        });
    }

    @Override
    public void writeManifest(BatchRun run) {
        BatchTask task = task(run);
        beating(liveness -> {
            if (hasPlan(task)) {
                new ManifestWriter(tasks, store, folder, ManifestWriter.LINES_EACH).write(task, liveness);
            }
            return true;
        });
    }

    @Override
    public void clear(BatchRun run) {
        BatchTask task = task(run);
        beating(liveness -> {
            ObjectPage page;
            do {
                page = store.list(folders(task).work(), null);
                for (StoredObject object : page.objects()) {
                    store.delete(object.uri());
                    liveness.alive(0);
                }
            } while (page.next() != null);
            return true;
        });
    }

    /** The row knows: a plan that was written and not noted there is as good as none. */
    private static boolean hasPlan(BatchTask task) {
        return task.plan() != null;
    }

    private BatchTask task(BatchRun run) {
        TaskId id = new TaskId(run.taskId());
        return tasks.find(id)
                .orElseThrow(() ->
                        new NotFound(ErrorCode.BATCH_TASK_UNKNOWN, "batch task '%s' does not exist".formatted(id)));
    }

    private static TaskFolders folders(BatchTask task) {
        return new TaskFolders(task.spec().entry().destination(), task.id());
    }

    /** Names this execution: run, activity and attempt; no other has the same. */
    private static String fence() {
        ActivityExecutionContext context = Activity.getExecutionContext();
        ActivityInfo info = context.getInfo();
        return "%s-%s-%d".formatted(info.getWorkflowRunId(), info.getActivityId(), info.getAttempt());
    }

    /** The record ranges of a plan's inputs. */
    private static final class InputRanges implements Iterator<ChunkRange> {
        private final PlanReader plan;
        private final Liveness liveness;
        private @Nullable BatchInput next;

        InputRanges(PlanReader plan, Liveness liveness) throws IOException {
            this.plan = plan;
            this.liveness = liveness;
            this.next = plan.next();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public ChunkRange next() {
            BatchInput current = next;
            if (current == null) {
                throw new NoSuchElementException();
            }
            try {
                next = plan.next();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            liveness.alive(current.ordinal());
            return Objects.requireNonNull(current).records();
        }
    }
}
