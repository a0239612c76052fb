package dev.slipway.adapters.postgres.batch;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.PostgresJson;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * {@link BatchStore} in PostgreSQL. The exclusion constraint {@code batch_commit_once} refuses overlapping commits; a commit locks the
 * task's row FOR SHARE, a seal locks it FOR UPDATE, so that they exclude each other.
 */
public final class PostgresBatchStore implements BatchStore {
    private final Database database;

    public PostgresBatchStore(Database database) {
        this.database = database;
    }

    @Override
    public BatchTask open(BatchTask draft) {
        return database.inTransaction(() -> {
            jdbc().sql("""
                            INSERT INTO batch_task (id, service, spec, status, created_at)
                            VALUES (:id, :service, :spec::jsonb, 'DEPLOYING', :at) ON CONFLICT (id) DO NOTHING""")
                    .param("id", draft.id().value())
                    .param("service", draft.service().value())
                    .param("spec", PostgresJson.write(draft.spec()))
                    .param("at", Timestamp.from(draft.createdAt()))
                    .update();
            return required(draft.id());
        });
    }

    @Override
    public Optional<BatchTask> find(TaskId task) {
        return database.inTransaction(() -> jdbc().sql("SELECT * FROM batch_task WHERE id = ?")
                .param(task.value())
                .query((row, number) -> BatchRows.task(row))
                .optional());
    }

    @Override
    public void planned(TaskId task, PlanTotals totals) {
        database.inTransaction(() -> {
            jdbc().sql("""
                            UPDATE batch_task SET inputs = ?, records = ?
                            WHERE id = ? AND records IS NULL AND sealed_end IS NULL""")
                    .params(totals.inputs(), totals.records(), task.value())
                    .update();
        });
    }

    @Override
    public void started(TaskId task, Instant now) {
        database.inTransaction(() -> {
            jdbc().sql(
                            "UPDATE batch_task SET status = 'RUNNING', started_at = coalesce(started_at, ?) WHERE id = ? AND status = 'DEPLOYING'")
                    .params(Timestamp.from(now), task.value())
                    .update();
        });
    }

    @Override
    public void paused(TaskId task) {
        database.inTransaction(() -> {
            jdbc().sql("UPDATE batch_task SET status = 'PAUSED' WHERE id = ? AND status IN ('DEPLOYING', 'RUNNING')")
                    .param(task.value())
                    .update();
        });
    }

    @Override
    public void resumed(TaskId task) {
        database.inTransaction(() -> {
            jdbc().sql("UPDATE batch_task SET status = 'DEPLOYING' WHERE id = ? AND status = 'PAUSED'")
                    .param(task.value())
                    .update();
        });
    }

    @Override
    public Optional<TaskControl> control(TaskId task) {
        return database.inTransaction(() -> jdbc().sql("SELECT * FROM batch_control WHERE task = ?")
                .param(task.value())
                .query((row, number) -> control(row))
                .optional());
    }

    @Override
    public TaskControl ask(TaskId task, ServiceId service, boolean paused, Instant now) {
        return database.inTransaction(() -> jdbc().sql("""
                        INSERT INTO batch_control (task, service, revision, taken, paused, asked_at)
                        VALUES (:task, :service, 1, 0, :paused, :at)
                        ON CONFLICT (task) DO UPDATE SET revision = batch_control.revision + 1,
                            paused = excluded.paused, asked_at = excluded.asked_at
                        RETURNING *""")
                .param("task", task.value())
                .param("service", service.value())
                .param("paused", paused)
                .param("at", Timestamp.from(now))
                .query((row, number) -> control(row))
                .single());
    }

    @Override
    public void taken(TaskId task, long revision) {
        database.inTransaction(() -> {
            jdbc().sql("UPDATE batch_control SET taken = ? WHERE task = ? AND taken < ?")
                    .params(revision, task.value(), revision)
                    .update();
        });
    }

    @Override
    public List<TaskControl> untaken(Instant before, @Nullable TaskId after, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                        SELECT c.* FROM batch_control c LEFT JOIN batch_task t ON t.id = c.task
                        WHERE c.taken < c.revision AND c.asked_at < ? AND c.task > ? AND t.ended_at IS NULL
                        ORDER BY c.task LIMIT ?""")
                .params(Timestamp.from(before), after == null ? "" : after.value(), limit)
                .query((row, number) -> control(row))
                .list());
    }

    private static TaskControl control(ResultSet row) throws SQLException {
        return new TaskControl(
                new TaskId(row.getString("task")),
                new ServiceId(row.getString("service")),
                row.getLong("revision"),
                row.getLong("taken"),
                row.getBoolean("paused"));
    }

    @Override
    public CommitAnswer commit(TaskId task, ChunkCommit chunk) {
        return database.inTransaction(() -> {
            Optional<ChunkCommit> earlier = commitOf(task, chunk.range());
            if (earlier.isPresent()) {
                return new CommitAnswer.Committed(earlier.get());
            }
            if (isSealed(task)) {
                return new CommitAnswer.Sealed();
            }
            int written = jdbc().sql("""
                            INSERT INTO batch_commit (task, records, fence, failed, lost, began_at, committed_at)
                            VALUES (:task, int8range(:from, :to), :fence, :failed, :lost,
                                (SELECT began_at FROM batch_chunk_progress WHERE task = :task AND first = :from),
                                clock_timestamp()) ON CONFLICT DO NOTHING""")
                    .param("task", task.value())
                    .param("from", chunk.range().from())
                    .param("to", chunk.range().to())
                    .param("fence", chunk.fence())
                    .param("failed", chunk.failed())
                    .param("lost", chunk.lost())
                    .update();
            jdbc().sql("DELETE FROM batch_chunk_progress WHERE task = ? AND first = ?")
                    .params(task.value(), chunk.range().from())
                    .update();
            if (written == 1) {
                return new CommitAnswer.Committed(chunk);
            }
            return commitOf(task, chunk.range())
                    .<CommitAnswer>map(CommitAnswer.Committed::new)
                    .orElseGet(CommitAnswer.Overlapping::new);
        });
    }

    @Override
    public void answering(TaskId task, long first, long answered, Instant now) {
        database.inTransaction(() -> {
            jdbc().sql("""
                            INSERT INTO batch_chunk_progress AS p (task, first, answered, told_at, began_at)
                            VALUES (:task, :first, :answered, :at, :at)
                            ON CONFLICT (task, first) DO UPDATE SET answered = excluded.answered, told_at = excluded.told_at,
                                began_at = CASE WHEN excluded.answered < p.answered OR excluded.answered = 0
                                    THEN excluded.told_at ELSE p.began_at END""")
                    .param("task", task.value())
                    .param("first", first)
                    .param("answered", answered)
                    .param("at", Timestamp.from(now))
                    .update();
        });
    }

    @Override
    public Map<TaskId, List<WorkSpan>> work(Collection<TaskId> tasks, Instant since) {
        String[] ids = tasks.stream().map(TaskId::value).toArray(String[]::new);
        return database.inTransaction(() -> jdbc()
                .sql("""
                        SELECT task, began_at, committed_at AS until, upper(records) - lower(records) AS answered
                            FROM batch_commit WHERE task = ANY (:ids) AND committed_at > :since AND began_at IS NOT NULL
                        UNION ALL
                        SELECT task, began_at, told_at, answered FROM batch_chunk_progress p
                            WHERE task = ANY (:ids) AND told_at > :since AND NOT EXISTS (
                                SELECT FROM batch_commit c WHERE c.task = p.task AND c.records @> p.first)""")
                .param("ids", ids)
                .param("since", Timestamp.from(since))
                .query((row, number) -> Map.entry(
                        new TaskId(row.getString("task")),
                        new WorkSpan(
                                row.getTimestamp("began_at").toInstant(),
                                row.getTimestamp("until").toInstant(),
                                row.getLong("answered"))))
                .list()
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList()))));
    }

    @Override
    public List<BatchTask> withDeadline() {
        return database.inTransaction(() ->
                jdbc().sql("""
                        SELECT * FROM batch_task
                        WHERE status = 'RUNNING' AND sealed_end IS NULL AND spec ->> 'deadline' IS NOT NULL ORDER BY id""").query((row, number) -> BatchRows.task(row)).list());
    }

    private boolean isSealed(TaskId task) {
        return jdbc().sql("SELECT sealed_end IS NOT NULL FROM batch_task WHERE id = ? FOR SHARE")
                .param(task.value())
                .query(Boolean.class)
                .optional()
                .orElseThrow(() -> unknown(task));
    }

    private Optional<ChunkCommit> commitOf(TaskId task, ChunkRange range) {
        return jdbc().sql("""
                        SELECT lower(records) AS low, upper(records) AS high, fence, failed, lost
                        FROM batch_commit WHERE task = ? AND records = int8range(?, ?)""")
                .params(task.value(), range.from(), range.to())
                .query((row, number) -> chunk(row))
                .optional();
    }

    @Override
    public List<ChunkCommit> commits(TaskId task, long from, int limit) {
        return chunks(task, "upper(records) > " + from, limit);
    }

    @Override
    public List<ChunkCommit> unpublished(TaskId task, long from, int limit) {
        return chunks(task, "NOT published AND upper(records) > " + from, limit);
    }

    private List<ChunkCommit> chunks(TaskId task, String condition, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                                SELECT lower(records) AS low, upper(records) AS high, fence, failed, lost
                                FROM batch_commit WHERE task = ? AND %s ORDER BY lower(records) LIMIT ?""".formatted(condition))
                .params(task.value(), limit)
                .query((row, number) -> chunk(row))
                .list());
    }

    @Override
    public void published(TaskId task, ChunkRange chunk) {
        database.inTransaction(() -> {
            jdbc().sql("UPDATE batch_commit SET published = true WHERE task = ? AND records = int8range(?, ?)")
                    .params(task.value(), chunk.from(), chunk.to())
                    .update();
        });
    }

    @Override
    public List<ChunkRange> holes(TaskId task, long from, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                        SELECT lower(hole) AS low, upper(hole) AS high
                        FROM batch_task t, LATERAL (
                            SELECT unnest(int8multirange(int8range(LEAST(:from, t.records), t.records))
                                - coalesce(range_agg(c.records), '{}'::int8multirange)) AS hole
                            FROM batch_commit c WHERE c.task = t.id AND upper(c.records) > :from) holes
                        WHERE t.id = :task AND t.records IS NOT NULL
                        ORDER BY low LIMIT :limit""")
                .param("from", from)
                .param("task", task.value())
                .param("limit", limit)
                .query((row, number) -> new ChunkRange(row.getLong("low"), row.getLong("high")))
                .list());
    }

    @Override
    public Seal seal(TaskId task, Seal seal) {
        return database.inTransaction(() -> {
            jdbc().sql("SELECT id FROM batch_task WHERE id = ? FOR UPDATE")
                    .param(task.value())
                    .query(String.class)
                    .optional();
            Seal first = required(task).seal();
            if (first != null) {
                return first;
            }
            if (seal.end() == TaskStatus.FINISHED && !holes(task, 0, 1).isEmpty()) {
                throw new IllegalStateException("task '%s' cannot be finished: records from %s on have no outcome"
                        .formatted(task, holes(task, 0, 1).getFirst().from()));
            }
            jdbc().sql("UPDATE batch_task SET sealed_end = :end, rest = :rest, error = :error WHERE id = :id")
                    .param("end", seal.end().name())
                    .param("rest", seal.rest())
                    .param("error", seal.end() == TaskStatus.FAILED ? seal.rest() : null)
                    .param("id", task.value())
                    .update();
            return seal;
        });
    }

    @Override
    public void merged(TaskId task, long input) {
        database.inTransaction(() -> {
            jdbc().sql("INSERT INTO batch_merged (task, input) VALUES (?, ?) ON CONFLICT DO NOTHING")
                    .params(task.value(), input)
                    .update();
        });
    }

    @Override
    public boolean isMerged(TaskId task, long input) {
        return database.inTransaction(
                () -> jdbc().sql("SELECT EXISTS (SELECT FROM batch_merged WHERE task = ? AND input = ?)")
                        .params(task.value(), input)
                        .query(Boolean.class)
                        .single());
    }

    @Override
    public void lost(TaskId task, ChunkRange chunk, String reason) {
        database.inTransaction(() -> {
            jdbc().sql("""
                            UPDATE batch_commit SET lost = ?, failed = upper(records) - lower(records)
                            WHERE task = ? AND records = int8range(?, ?) AND lost IS NULL""")
                    .params(reason, task.value(), chunk.from(), chunk.to())
                    .update();
        });
    }

    @Override
    public void unwritten(TaskId task, UnwrittenResult result) {
        database.inTransaction(() -> {
            jdbc().sql("""
                            INSERT INTO batch_unwritten (task, input, failed, reason)
                            VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING""")
                    .params(task.value(), result.input(), result.failed(), result.reason())
                    .update();
        });
    }

    @Override
    public List<UnwrittenResult> unwritten(TaskId task, long from, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                        SELECT input, failed, reason FROM batch_unwritten
                        WHERE task = ? AND input >= ? ORDER BY input LIMIT ?""")
                .params(task.value(), from, limit)
                .query((row, number) ->
                        new UnwrittenResult(row.getLong("input"), row.getLong("failed"), row.getString("reason")))
                .list());
    }

    @Override
    public KeyRefusal refused(TaskId task, String key, Instant now) {
        return database.inTransaction(() -> jdbc().sql("""
                        INSERT INTO batch_refusal (task, key, first_at, times) VALUES (?, ?, ?, 1)
                        ON CONFLICT (task, key) DO UPDATE SET times = batch_refusal.times + 1
                        RETURNING first_at, times""")
                .params(task.value(), key, Timestamp.from(now))
                .query((row, number) ->
                        new KeyRefusal(row.getTimestamp("first_at").toInstant(), row.getInt("times")))
                .single());
    }

    @Override
    public List<String> refusedKeys(TaskId task, int limit) {
        return database.inTransaction(
                () -> jdbc().sql("SELECT key FROM batch_refusal WHERE task = ? ORDER BY first_at, key LIMIT ?")
                        .params(task.value(), limit)
                        .query(String.class)
                        .list());
    }

    @Override
    public void answered(TaskId task, String key) {
        database.inTransaction(() -> {
            jdbc().sql("DELETE FROM batch_refusal WHERE task = ? AND key = ?")
                    .params(task.value(), key)
                    .update();
        });
    }

    @Override
    public Set<TaskId> running(Collection<TaskId> tasks) {
        String[] ids = tasks.stream().map(TaskId::value).toArray(String[]::new);
        return database.inTransaction(
                () -> Set.copyOf(jdbc().sql("SELECT id FROM batch_task WHERE ended_at IS NULL AND id = ANY (?)")
                        .param(ids)
                        .query((row, number) -> new TaskId(row.getString("id")))
                        .list()));
    }

    @Override
    public BatchTask end(TaskId task, @Nullable String outputError, Instant now) {
        return database.inTransaction(() -> {
            jdbc().sql("""
                            UPDATE batch_task SET ended_at = :now, error = coalesce(:error, error),
                                status = CASE WHEN :error::text IS NULL THEN sealed_end ELSE 'FAILED' END
                            WHERE id = :id AND sealed_end IS NOT NULL AND ended_at IS NULL""")
                    .param("now", Timestamp.from(now))
                    .param("error", outputError)
                    .param("id", task.value())
                    .update();
            for (String table : List.of("batch_refusal", "batch_chunk_progress", "batch_control")) {
                jdbc().sql("DELETE FROM %s WHERE task = ?".formatted(table))
                        .param(task.value())
                        .update();
            }
            return required(task);
        });
    }

    @Override
    public void beginRemovalOfWork(TaskId task, Instant now) {
        database.inTransaction(() -> {
            // As progress() counts them: records without a commit have failed too.
            jdbc().sql("""
                            UPDATE batch_task t SET work_removed_at = :now,
                                failed_records = coalesce(t.records, 0)
                                    - (SELECT coalesce(sum(upper(c.records) - lower(c.records) - c.failed), 0)
                                        FROM batch_commit c WHERE c.task = t.id)
                                    + (SELECT coalesce(sum(u.failed), 0) FROM batch_unwritten u WHERE u.task = t.id)
                            WHERE id = :id AND work_removed_at IS NULL""")
                    .param("now", Timestamp.from(now))
                    .param("id", task.value())
                    .update();
        });
    }

    @Override
    public int removeCommits(TaskId task, int limit) {
        return database.inTransaction(() -> {
            int most = 0;
            for (String table : List.of("batch_commit", "batch_merged", "batch_unwritten", "batch_refusal")) {
                int removed = jdbc().sql("""
                                DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE task = :task
                                    AND EXISTS (SELECT FROM batch_task WHERE id = :task AND work_removed_at IS NOT NULL)
                                    LIMIT :limit))""".formatted(table))
                        .param("task", task.value())
                        .param("limit", limit)
                        .update();
                most = Math.max(most, removed);
            }
            return most;
        });
    }

    @Override
    public void endRemovalOfWork(TaskId task) {
        database.inTransaction(() -> {
            jdbc().sql("UPDATE batch_task SET has_work = false WHERE id = ? AND work_removed_at IS NOT NULL")
                    .param(task.value())
                    .update();
        });
    }

    @Override
    public Optional<TaskProgress> progress(TaskId task) {
        return Optional.ofNullable(progress(List.of(task)).get(task));
    }

    @Override
    public Map<TaskId, TaskProgress> progress(Collection<TaskId> tasks) {
        String[] ids = tasks.stream().map(TaskId::value).toArray(String[]::new);
        return database.inTransaction(() -> jdbc()
                .sql("""
                        SELECT t.*, coalesce(sum(upper(c.records) - lower(c.records)), 0)::bigint AS done,
                            CASE WHEN t.sealed_end IS NULL THEN (SELECT coalesce(sum(p.answered), 0)
                                FROM batch_chunk_progress p
                                WHERE p.task = t.id AND p.told_at > clock_timestamp() - :holds * interval '1 second'
                                    AND NOT EXISTS (SELECT FROM batch_commit done
                                        WHERE done.task = t.id AND done.records @> p.first))::bigint
                                ELSE 0 END AS answering,
                            coalesce(t.failed_records, (coalesce(sum(c.failed), 0) + (SELECT coalesce(sum(u.failed), 0)
                                FROM batch_unwritten u WHERE u.task = t.id))::bigint) AS failed
                        FROM batch_task t LEFT JOIN batch_commit c ON c.task = t.id WHERE t.id = ANY (:ids) GROUP BY t.id""")
                .param("ids", ids)
                .param("holds", PROGRESS_HOLDS.toSeconds())
                .query((row, number) -> progress(row))
                .list()
                .stream()
                .collect(Collectors.toMap(TaskProgress::id, progress -> progress)));
    }

    private static TaskProgress progress(ResultSet row) throws SQLException {
        long records = row.getLong("records");
        long done = row.getLong("done");
        boolean ended = row.getTimestamp("ended_at") != null;
        BatchTask task = BatchRows.task(row);
        return new TaskProgress(
                new TaskId(row.getString("id")),
                TaskStatus.valueOf(row.getString("status")),
                records,
                ended ? records : Math.min(records, done + row.getLong("answering")),
                ended && BatchRows.instant(row, "work_removed_at") == null
                        ? row.getLong("failed") + records - done
                        : row.getLong("failed"),
                row.getLong("inputs"),
                BatchRows.instant(row, "started_at"),
                BatchRows.instant(row, "ended_at"),
                ended ? task.manifest().orElse(null) : null,
                task.spec().deadline());
    }

    private BatchTask required(TaskId task) {
        return find(task).orElseThrow(() -> unknown(task));
    }

    private static NotFound unknown(TaskId task) {
        return new NotFound(ErrorCode.BATCH_TASK_UNKNOWN, "batch task '%s' does not exist".formatted(task));
    }

    private static ChunkCommit chunk(ResultSet row) throws SQLException {
        return new ChunkCommit(
                new ChunkRange(row.getLong("low"), row.getLong("high")),
                row.getString("fence"),
                row.getLong("failed"),
                row.getString("lost"));
    }

    private JdbcClient jdbc() {
        return database.jdbc();
    }
}
