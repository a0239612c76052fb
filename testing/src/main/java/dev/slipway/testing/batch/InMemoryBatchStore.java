package dev.slipway.testing.batch;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.KeyRefusal;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskControl;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.batch.UnwrittenResult;
import dev.slipway.domain.batch.WorkSpan;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.service.ServiceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link BatchStore} in memory. Its guarantees can be switched off, to check that a test notices it. Safe for use by many threads. */
public final class InMemoryBatchStore implements BatchStore {
    private final Map<TaskId, BatchTask> tasks = new HashMap<>();
    private final Map<TaskId, List<Row>> commits = new HashMap<>();
    private final Set<String> merged = new HashSet<>();
    private final Map<TaskId, NavigableMap<Long, UnwrittenResult>> unwritten = new HashMap<>();
    private final Map<TaskId, Map<String, KeyRefusal>> refusals = new HashMap<>();
    private final Map<TaskId, Long> kept = new HashMap<>();
    private boolean excluding = true;
    private boolean sealing = true;

    private final Map<TaskId, Map<Long, Answering>> answering = new HashMap<>();

    private final Map<TaskId, Asked> controls = new HashMap<>();

    private record Row(ChunkCommit chunk, boolean published) {}

    private record Asked(TaskControl control, Instant at) {}

    private record Answering(long records, Instant told, Instant began) {}

    private final Map<TaskId, List<WorkSpan>> done = new HashMap<>();

    /** Lets overlapping chunks be committed: a planted bug. */
    public synchronized InMemoryBatchStore withoutExclusion() {
        excluding = false;
        return this;
    }

    /** Lets chunks be committed after the seal: a planted bug. */
    public synchronized InMemoryBatchStore withoutSeal() {
        sealing = false;
        return this;
    }

    @Override
    public synchronized BatchTask open(BatchTask draft) {
        return tasks.computeIfAbsent(draft.id(), id -> draft);
    }

    @Override
    public synchronized Optional<BatchTask> find(TaskId task) {
        return Optional.ofNullable(tasks.get(task));
    }

    @Override
    public synchronized void planned(TaskId task, PlanTotals totals) {
        BatchTask row = required(task);
        if (row.plan() == null && row.seal() == null) {
            tasks.put(task, with(row, row.status(), totals, row.seal(), row.startedAt(), row.endedAt()));
        }
    }

    @Override
    public synchronized void started(TaskId task, Instant now) {
        BatchTask row = required(task);
        if (row.status() == TaskStatus.DEPLOYING) {
            Instant started = row.startedAt() == null ? now : row.startedAt();
            tasks.put(task, with(row, TaskStatus.RUNNING, row.plan(), row.seal(), started, row.endedAt()));
        }
    }

    @Override
    public synchronized void paused(TaskId task) {
        BatchTask row = required(task);
        if (!row.status().isEnd()) {
            tasks.put(task, with(row, TaskStatus.PAUSED, row.plan(), row.seal(), row.startedAt(), row.endedAt()));
        }
    }

    @Override
    public synchronized void resumed(TaskId task) {
        BatchTask row = required(task);
        if (row.status() == TaskStatus.PAUSED) {
            tasks.put(task, with(row, TaskStatus.DEPLOYING, row.plan(), row.seal(), row.startedAt(), row.endedAt()));
        }
    }

    @Override
    public synchronized Optional<TaskControl> control(TaskId task) {
        return Optional.ofNullable(controls.get(task)).map(Asked::control);
    }

    @Override
    public synchronized TaskControl ask(TaskId task, ServiceId service, boolean paused, Instant now) {
        Asked before = controls.get(task);
        TaskControl control = before == null
                ? new TaskControl(task, service, 1, 0, paused)
                : new TaskControl(
                        task,
                        service,
                        before.control().revision() + 1,
                        before.control().taken(),
                        paused);
        controls.put(task, new Asked(control, now));
        return control;
    }

    @Override
    public synchronized void taken(TaskId task, long revision) {
        controls.computeIfPresent(task, (id, asked) -> {
            TaskControl it = asked.control();
            long taken = Math.max(it.taken(), revision);
            return new Asked(new TaskControl(it.task(), it.service(), it.revision(), taken, it.isPaused()), asked.at());
        });
    }

    @Override
    public synchronized List<TaskControl> untaken(Instant before, @Nullable TaskId after, int limit) {
        return controls.values().stream()
                .filter(asked -> asked.at().isBefore(before))
                .map(Asked::control)
                .filter(it -> it.taken() < it.revision())
                .filter(it ->
                        !tasks.containsKey(it.task()) || required(it.task()).endedAt() == null)
                .filter(it -> after == null || it.task().value().compareTo(after.value()) > 0)
                .sorted(Comparator.comparing(it -> it.task().value()))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized CommitAnswer commit(TaskId task, ChunkCommit chunk) {
        List<Row> rows = rows(task);
        for (Row row : rows) {
            if (row.chunk().range().equals(chunk.range()) && excluding) {
                return new CommitAnswer.Committed(row.chunk());
            }
        }
        if (sealing && required(task).seal() != null) {
            return new CommitAnswer.Sealed();
        }
        if (excluding && rows.stream().anyMatch(row -> row.chunk().range().overlaps(chunk.range()))) {
            return new CommitAnswer.Overlapping();
        }
        Answering begun =
                answering.getOrDefault(task, Map.of()).get(chunk.range().from());
        if (begun != null) {
            done.computeIfAbsent(task, id -> new ArrayList<>())
                    .add(new WorkSpan(
                            begun.began(), Instant.now(), chunk.range().size()));
        }
        rows.add(new Row(chunk, false));
        rows.sort(Comparator.comparingLong(row -> row.chunk().range().from()));
        return new CommitAnswer.Committed(chunk);
    }

    @Override
    public synchronized void answering(TaskId task, long first, long answered, Instant now) {
        answering
                .computeIfAbsent(required(task).id(), id -> new HashMap<>())
                .merge(first, new Answering(answered, now, now), (before, told) -> {
                    boolean isAnew = told.records() < before.records() || told.records() == 0;
                    return isAnew ? told : new Answering(told.records(), told.told(), before.began());
                });
    }

    @Override
    public synchronized Map<TaskId, List<WorkSpan>> work(Collection<TaskId> ids, Instant since) {
        Map<TaskId, List<WorkSpan>> all = new HashMap<>();
        for (TaskId id : ids) {
            List<WorkSpan> spans = new ArrayList<>(done.getOrDefault(id, List.of()));
            answering.getOrDefault(id, Map.of()).forEach((first, each) -> {
                if (rows(id).stream().noneMatch(row -> covers(row, first))) {
                    spans.add(new WorkSpan(each.began(), each.told(), each.records()));
                }
            });
            spans.removeIf(span -> !span.to().isAfter(since));
            if (!spans.isEmpty()) {
                all.put(id, List.copyOf(spans));
            }
        }
        return all;
    }

    private static boolean covers(Row row, long record) {
        return row.chunk().range().from() <= record
                && record < row.chunk().range().to();
    }

    @Override
    public synchronized List<BatchTask> withDeadline() {
        return tasks.values().stream()
                .filter(row -> row.status() == TaskStatus.RUNNING && row.seal() == null)
                .filter(row -> row.spec().deadline() != null)
                .sorted(Comparator.comparing(row -> row.id().value()))
                .toList();
    }

    /** By the real clock, as the database does. */
    private long answering(BatchTask row) {
        if (row.seal() != null) {
            return 0;
        }
        Instant oldest = Instant.now().minus(PROGRESS_HOLDS);
        return answering.getOrDefault(row.id(), Map.of()).entrySet().stream()
                .filter(each -> each.getValue().told().isAfter(oldest))
                .filter(each -> rows(row.id()).stream()
                        .noneMatch(commit ->
                                commit.chunk().range().covers(new ChunkRange(each.getKey(), each.getKey() + 1))))
                .mapToLong(each -> each.getValue().records())
                .sum();
    }

    @Override
    public synchronized List<ChunkCommit> commits(TaskId task, long from, int limit) {
        return rows(task).stream()
                .map(Row::chunk)
                .filter(chunk -> chunk.range().to() > from)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<ChunkCommit> unpublished(TaskId task, long from, int limit) {
        return rows(task).stream()
                .filter(row -> !row.published() && row.chunk().range().to() > from)
                .map(Row::chunk)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized void published(TaskId task, ChunkRange chunk) {
        rows(task).replaceAll(row -> row.chunk().range().equals(chunk) ? new Row(row.chunk(), true) : row);
    }

    @Override
    public synchronized List<ChunkRange> holes(TaskId task, long from, int limit) {
        PlanTotals plan = required(task).plan();
        List<ChunkRange> holes = new ArrayList<>();
        if (plan == null) {
            return holes;
        }
        long next = from;
        for (Row row : rows(task)) {
            ChunkRange range = row.chunk().range();
            if (range.from() > next) {
                holes.add(new ChunkRange(next, range.from()));
            }
            next = Math.max(next, range.to());
        }
        if (next < plan.records()) {
            holes.add(new ChunkRange(next, plan.records()));
        }
        return holes.stream().limit(limit).toList();
    }

    @Override
    public synchronized Seal seal(TaskId task, Seal seal) {
        BatchTask row = required(task);
        Seal first = row.seal();
        if (first != null) {
            return first;
        }
        if (seal.end() == TaskStatus.FINISHED && !holes(task, 0, 1).isEmpty()) {
            throw new IllegalStateException("task '%s' cannot be finished: it has holes".formatted(task));
        }
        tasks.put(task, with(row, row.status(), row.plan(), seal, row.startedAt(), row.endedAt()));
        return seal;
    }

    @Override
    public synchronized void merged(TaskId task, long input) {
        merged.add(task + "/" + input);
    }

    @Override
    public synchronized boolean isMerged(TaskId task, long input) {
        return merged.contains(task + "/" + input);
    }

    @Override
    public synchronized void lost(TaskId task, ChunkRange chunk, String reason) {
        rows(task)
                .replaceAll(
                        row -> row.chunk().range().equals(chunk) && row.chunk().lost() == null
                                ? new Row(ChunkCommit.lost(chunk, row.chunk().fence(), reason), row.published())
                                : row);
    }

    @Override
    public synchronized void unwritten(TaskId task, UnwrittenResult result) {
        unwritten.computeIfAbsent(task, id -> new TreeMap<>()).putIfAbsent(result.input(), result);
    }

    @Override
    public synchronized List<UnwrittenResult> unwritten(TaskId task, long from, int limit) {
        return unwritten.getOrDefault(task, new TreeMap<>()).tailMap(from, true).values().stream()
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized KeyRefusal refused(TaskId task, String key, Instant now) {
        return refusals(task)
                .merge(
                        key,
                        new KeyRefusal(now, 1),
                        (before, once) -> new KeyRefusal(before.first(), before.times() + 1));
    }

    @Override
    public synchronized List<String> refusedKeys(TaskId task, int limit) {
        return refusals(task).entrySet().stream()
                .sorted(Comparator.comparing((Map.Entry<String, KeyRefusal> row) ->
                                row.getValue().first())
                        .thenComparing(Map.Entry::getKey))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public synchronized void answered(TaskId task, String key) {
        refusals(task).remove(key);
    }

    private Map<String, KeyRefusal> refusals(TaskId task) {
        return refusals.computeIfAbsent(task, id -> new HashMap<>());
    }

    @Override
    public synchronized BatchTask end(TaskId task, @Nullable String outputError, Instant now) {
        BatchTask row = required(task);
        Seal seal = row.seal();
        if (seal != null && row.endedAt() == null) {
            BatchTask ended = with(row, seal.end(), row.plan(), seal, row.startedAt(), now);
            tasks.put(task, outputError == null ? ended : failed(ended, outputError));
            refusals.remove(task);
            controls.remove(task);
        }
        return required(task);
    }

    @Override
    public synchronized Set<TaskId> running(Collection<TaskId> ids) {
        return ids.stream()
                .filter(id -> tasks.containsKey(id) && required(id).endedAt() == null)
                .collect(Collectors.toSet());
    }

    @Override
    public synchronized Optional<TaskProgress> progress(TaskId task) {
        return find(task).map(this::progress);
    }

    @Override
    public synchronized Map<TaskId, TaskProgress> progress(Collection<TaskId> tasks) {
        return tasks.stream()
                .flatMap(task -> progress(task).stream())
                .collect(Collectors.toMap(TaskProgress::id, progress -> progress));
    }

    @Override
    public synchronized void beginRemovalOfWork(TaskId task, Instant now) {
        BatchTask row = required(task);
        if (row.workRemovedAt() == null) {
            kept.put(task, progress(row).failed());
            tasks.put(
                    task,
                    new BatchTask(
                            row.id(),
                            row.service(),
                            row.spec(),
                            row.status(),
                            row.plan(),
                            row.seal(),
                            row.error(),
                            row.createdAt(),
                            row.startedAt(),
                            row.endedAt(),
                            now));
        }
    }

    @Override
    public synchronized int removeCommits(TaskId task, int limit) {
        if (required(task).workRemovedAt() == null) {
            return 0;
        }
        List<Row> rows = rows(task);
        int removed = Math.min(limit, rows.size());
        rows.subList(0, removed).clear();
        unwritten.remove(task);
        refusals.remove(task);
        merged.removeIf(each -> each.startsWith(task + "/"));
        return removed;
    }

    @Override
    public synchronized void endRemovalOfWork(TaskId task) {
        required(task);
    }

    private TaskProgress progress(BatchTask row) {
        PlanTotals plan = row.plan() == null ? new PlanTotals(0, 0) : row.plan();
        long done = rows(row.id()).stream()
                .mapToLong(each -> each.chunk().range().size())
                .sum();
        long failed =
                rows(row.id()).stream().mapToLong(each -> each.chunk().failed()).sum()
                        + unwritten.getOrDefault(row.id(), new TreeMap<>()).values().stream()
                                .mapToLong(UnwrittenResult::failed)
                                .sum();
        boolean ended = row.endedAt() != null;
        return new TaskProgress(
                row.id(),
                row.status(),
                plan.records(),
                ended ? plan.records() : Math.min(plan.records(), done + answering(row)),
                kept.getOrDefault(row.id(), ended ? failed + plan.records() - done : failed),
                plan.inputs(),
                row.startedAt(),
                row.endedAt(),
                row.manifest().orElse(null),
                row.spec().deadline());
    }

    private List<Row> rows(TaskId task) {
        return commits.computeIfAbsent(task, id -> new ArrayList<>());
    }

    private BatchTask required(TaskId task) {
        return find(task)
                .orElseThrow(() ->
                        new NotFound(ErrorCode.BATCH_TASK_UNKNOWN, "batch task '%s' does not exist".formatted(task)));
    }

    private static BatchTask failed(BatchTask row, String error) {
        return new BatchTask(
                row.id(),
                row.service(),
                row.spec(),
                TaskStatus.FAILED,
                row.plan(),
                row.seal(),
                error,
                row.createdAt(),
                row.startedAt(),
                row.endedAt(),
                row.workRemovedAt());
    }

    private static BatchTask with(
            BatchTask row,
            TaskStatus status,
            @Nullable PlanTotals plan,
            @Nullable Seal seal,
            @Nullable Instant startedAt,
            @Nullable Instant endedAt) {
        return new BatchTask(
                row.id(),
                row.service(),
                row.spec(),
                status,
                plan,
                seal,
                status == TaskStatus.FAILED && seal != null ? seal.rest() : null,
                row.createdAt(),
                startedAt,
                endedAt,
                row.workRemovedAt());
    }
}
