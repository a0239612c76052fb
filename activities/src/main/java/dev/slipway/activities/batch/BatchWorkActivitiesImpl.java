package dev.slipway.activities.batch;

import dev.slipway.activities.storage.WorkFolder;
import dev.slipway.activities.waiting.StepHeartbeat;
import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.domain.batch.BatchInput;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkCutter;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskOutlook;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.batch.WorkSpan;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NotAllowed;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.problem.Problem;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.batch.Chunk;
import dev.slipway.workflows.contract.batch.ChunkDone;
import dev.slipway.workflows.contract.batch.ChunkList;
import dev.slipway.workflows.contract.batch.ChunkQuery;
import dev.slipway.workflows.contract.batch.Planned;
import dev.slipway.workflows.contract.batch.TaskStanding;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.activity.ActivityInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

    /** Work that reports no progress for so long hangs, and is found by its heartbeats that stay away. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);

    private final InstancePools pools;
    private final TaskStorages storages;
    private final BatchStore tasks;
    private final String objectHost;
    private final Path folder;
    private final BatchLimits limits;
    private final ByteBudget budget;
    private final StepHeartbeats heartbeats;

    /**
     * @param objectHost see {@link dev.slipway.domain.storage.ObjectUri#parse}
     * @param folder for work files, which are removed after use
     * @param budget of the whole process for the records and results that its jobs hold in memory
     */
    public BatchWorkActivitiesImpl(
            InstancePools pools,
            TaskStorages storages,
            BatchStore tasks,
            String objectHost,
            Path folder,
            BatchLimits limits,
            ByteBudget budget,
            StepHeartbeats heartbeats) {
        this.heartbeats = heartbeats;
        this.pools = pools;
        this.storages = storages;
        this.tasks = tasks;
        this.objectHost = objectHost;
        this.folder = folder;
        this.limits = limits;
        this.budget = budget;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("work folder '%s' of batch jobs cannot be made".formatted(folder), e);
        }
    }

    /** Work that may take long. */
    @FunctionalInterface
    private interface Work<T> {
        T run(TaskStorage store, Liveness liveness) throws IOException, InterruptedException;
    }

    private <T> T beating(BatchTask task, Work<T> work) {
        try (StepHeartbeat heartbeat = heartbeats.start(Activity.getExecutionContext(), LONGEST_SILENCE)) {
            TaskStorage store = storages.of(task, heartbeat.waits());
            try {
                return work.run(store, new Liveness.Beating(heartbeat));
            } catch (KeyFailure failure) {
                throw store.judge(failure);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted: the worker stops", e);
            }
        }
    }

    @Override
    public Planned plan(BatchRun run) {
        BatchTask task = task(run);
        return beating(task, (store, liveness) -> {
            try {
                return plan(task, store, liveness);
            } catch (Invalid | NotFound | NotAllowed e) {
                return new Planned(0, 0, String.valueOf(e.getMessage()));
            } catch (KeyFailure failure) {
                Problem problem = store.judge(failure);
                if (problem instanceof Invalid) {
                    return new Planned(0, 0, String.valueOf(problem.getMessage()));
                }
                throw problem;
            }
        });
    }

    private Planned plan(BatchTask task, TaskStorage store, Liveness liveness)
            throws IOException, InterruptedException {
        PlanTotals totals = new Planner(store, objectHost, limits).plan(task, fence(), liveness);
        tasks.planned(task.id(), totals);
        LOG.info("planned task={} inputs={} records={}", task.id(), totals.inputs(), totals.records());
        return new Planned(totals.inputs(), totals.records(), "");
    }

    @Override
    public ChunkList nextChunks(BatchRun run, ChunkQuery query) {
        BatchTask task = task(run);
        return beating(task, (store, liveness) -> nextChunks(task, store, query, liveness));
    }

    private ChunkList nextChunks(BatchTask task, TaskStorage store, ChunkQuery query, Liveness liveness)
            throws IOException {
        List<ChunkRange> holes = tasks.holes(task.id(), query.from(), query.limit() + 1);
        List<Chunk> chunks = new ArrayList<>();
        for (ChunkRange hole : holes) {
            if (chunks.size() == query.limit()) {
                break;
            }
            try (PlanReader plan = PlanReader.from(store, store.folders(), hole.from())) {
                Iterator<ChunkRange> inputs = new InputRanges(plan, liveness);
                long size = Math.min(query.size(), limits.chunkRecords());
                ChunkCutter.cut(hole, inputs, size, query.limit() - chunks.size())
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
        return beating(task, (store, liveness) -> {
            try {
                return work(task, store, range, liveness);
            } catch (NoInstances e) {
                LOG.info("chunk given up for now task={} chunk={} reason={}", task.id(), range, e.getMessage());
                return ChunkDone.withoutInstances();
            }
        });
    }

    private ChunkDone work(BatchTask task, TaskStorage store, ChunkRange range, Liveness liveness)
            throws IOException, InterruptedException {
        ChunkCommit earlier = ChunkWorker.committed(tasks, task, range).orElse(null);
        if (earlier != null) {
            publish(task, store, earlier, liveness);
            return new ChunkDone(true, earlier.range().size(), earlier.failed(), 0, false, standing(task));
        }
        Path own = Files.createTempDirectory(folder, "chunk-");
        try (InstancePools.Lease lease = pools.lease(task)) {
            int attempt = Activity.getExecutionContext().getInfo().getAttempt();
            ChunkWorker worker = new ChunkWorker(tasks, store, own, limits.ofTry(attempt), budget);
            return work(worker, lease.pool(), task, store, range, liveness);
        } finally {
            WorkFolder.remove(own);
        }
    }

    /** Commits piece after piece, so that a kill costs little and the history of a large job stays short. */
    private ChunkDone work(
            ChunkWorker worker,
            InstancePool pool,
            BatchTask task,
            TaskStorage store,
            ChunkRange range,
            Liveness liveness)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        long failed = 0;
        long next = range.from();
        TaskStanding standing = null;
        while (next < range.to() && goesOn(begun, standing)) {
            ChunkRange rest = new ChunkRange(next, range.to());
            begins(task, rest);
            CommitAnswer answer = worker.work(task, rest, fence(), pool, liveness);
            if (!(answer instanceof CommitAnswer.Committed committed)) {
                LOG.info("chunk lost task={} chunk={} answer={}", task.id(), rest, answer);
                break;
            }
            ChunkCommit winner = committed.winner();
            publish(task, store, winner, liveness);
            failed += winner.failed();
            next = winner.range().to();
            standing = standing(task);
        }
        long took = Math.max(1, Duration.ofNanos(System.nanoTime() - begun).toMillis());
        long records = next - range.from();
        return standing == null
                ? new ChunkDone(false, range.size(), 0, 0, false)
                : new ChunkDone(true, records, failed, took, false, standing);
    }

    /** The first piece is always worked on. */
    private boolean goesOn(long begun, @Nullable TaskStanding standing) {
        return standing == null
                || (standing.trouble().isEmpty()
                        && System.nanoTime() - begun < limits.chunk().toNanos());
    }

    private void publish(BatchTask task, TaskStorage store, ChunkCommit winner, Liveness liveness)
            throws IOException, InterruptedException {
        try {
            new Publisher(tasks, store, folder, budget).publish(task, winner, liveness);
        } catch (Unavailable later) {
            // It is committed, and the end of the job publishes the rest, so no chunk has to wait for it.
            LOG.info(
                    "chunk not published for now task={} chunk={} reason={}",
                    task.id(),
                    winner.range(),
                    later.getMessage());
        }
    }

    /** From when on its records are answered, for the rate of the task. */
    private void begins(BatchTask task, ChunkRange range) {
        try {
            tasks.answering(task.id(), range.from(), 0, Instant.now());
        } catch (Unavailable untold) {
            LOG.info("begin not told task={} chunk={} reason={}", task.id(), range, untold.getMessage());
        }
    }

    /** Failures count once they are committed, so a limit ends a job some seconds later than it is reached. */
    private TaskStanding standing(BatchTask task) {
        TaskProgress progress = tasks.progress(task.id()).orElseThrow();
        String trouble = task.spec()
                .limits()
                .exceededBy(progress.records(), progress.done(), progress.failed())
                .orElse("");
        Instant now = Instant.now();
        List<WorkSpan> spans =
                tasks.work(List.of(task.id()), now.minus(TaskOutlook.WINDOW)).getOrDefault(task.id(), List.of());
        String outlook = TaskOutlook.of(progress.records(), progress.done(), spans, now)
                .map(TaskOutlook::words)
                .orElse("");
        return new TaskStanding(progress.records(), progress.done(), progress.failed(), trouble, outlook);
    }

    @Override
    public void publish(BatchRun run) {
        BatchTask task = task(run);
        beating(task, (store, liveness) -> {
            new Publisher(tasks, store, folder, budget).publishAll(task, liveness);
            return true;
        });
    }

    @Override
    public void mergeTables(BatchRun run) {
        BatchTask task = task(run);
        beating(task, (store, liveness) -> {
            if (hasPlan(task)) {
                new TableMerger(tasks, store, folder).mergeAll(task, liveness);
            }
            return true;
        });
    }

    @Override
    public void writeManifest(BatchRun run) {
        BatchTask task = task(run);
        beating(task, (store, liveness) -> {
            if (hasPlan(task)) {
                new ManifestWriter(tasks, store, folder, ManifestWriter.LINES_EACH).write(task, liveness);
            }
            return true;
        });
    }

    /** By the row: a plan that was written but not recorded there does not count. */
    private static boolean hasPlan(BatchTask task) {
        return task.plan() != null;
    }

    private BatchTask task(BatchRun run) {
        TaskId id = new TaskId(run.taskId());
        return tasks.find(id)
                .orElseThrow(() ->
                        new NotFound(ErrorCode.BATCH_TASK_UNKNOWN, "batch task '%s' does not exist".formatted(id)));
    }

    /** A unique name of this execution: run, activity and attempt. */
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
