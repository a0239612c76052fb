package dev.slipway.adapters.postgres.retention;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.Notifications;
import dev.slipway.adapters.postgres.batch.BatchRows;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.environment.EnvironmentDigest;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.retention.InUse;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.retention.RetentionStore;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@link RetentionStore} in PostgreSQL. */
public final class PostgresRetentionStore implements RetentionStore {

    /** How much the clocks of machines that write rows and files may differ. */
    private static final Duration CLOCKS = Duration.ofMinutes(1);

    /** Whether the owner of an instance set {@code s} wants no instances. */
    private static final String WITHOUT_OWNER = """
            CASE split_part(s.owner, '/', 1)
                WHEN 'model' THEN NOT EXISTS (
                    SELECT FROM model WHERE model.id = split_part(s.owner, '/', 2) AND model.status = 'PUBLISHING')
                ELSE NOT EXISTS (
                    SELECT FROM service v WHERE v.id = split_part(s.owner, '/', 2) AND NOT (
                        v.observed >= v.generation AND v.transitioned_at < :before
                        AND (v.wanted <> 'RUNNING' OR v.state IN ('FAILED', 'FINISHED'))))
            END""";

    /** Whether the thing that a workflow works for, by its id, does not exist any more; false for ids that users chose. */
    private static final String WITHOUT_SUBJECT = """
            CASE split_part(w.workflow_id, '/', 1)
                WHEN 'service' THEN NOT EXISTS (
                    SELECT FROM service v WHERE v.id = split_part(w.workflow_id, '/', 2 + cardinality(string_to_array(w.workflow_id, '/')) % 2)
                        AND v.state <> 'DELETED')
                WHEN 'model' THEN NOT EXISTS (SELECT FROM model m WHERE m.id = split_part(w.workflow_id, '/', -1))
                WHEN 'batch' THEN NOT EXISTS (
                    SELECT FROM batch_task t WHERE t.id = split_part(w.workflow_id, '/', -2) AND t.ended_at IS NULL)
                ELSE false
            END""";

    /** Whether a generation {@code g} of a service {@code v} is an old start or stop that the service does not need. */
    private static final String OLD_GENERATION = """
            NOT g.changes_config AND g.outcome <> 'RUNNING' AND g.accepted_at < ? AND v.state <> 'DELETED'
                AND g.generation NOT IN (v.generation, v.taken, v.observed, v.serving)""";

    /** Whether a task {@code t} of a service {@code v} is an earlier one whose work is removed. */
    private static final String OLD_TASK = "NOT t.has_work AND t.ended_at < ? AND v.task_id IS DISTINCT FROM t.id";

    private final Database database;

    public PostgresRetentionStore(Database database) {
        this.database = database;
    }

    @Override
    public InUse inUse() {
        return database.inTransaction(() -> {
            Set<ImageDigest> deployed = images("""
                    SELECT template #>> '{image,value}' FROM instance_set
                    UNION SELECT spec #>> '{template,image,value}' FROM batch_task WHERE ended_at IS NULL""");
            Set<ImageDigest> images = new HashSet<>(images("SELECT image FROM model WHERE image IS NOT NULL"));
            images.addAll(deployed);
            Set<InstanceSetId> sets = jdbc()
                    .sql("SELECT id FROM instance_set")
                    .query((row, number) -> new InstanceSetId(row.getString(1)))
                    .stream()
                    .collect(Collectors.toSet());
            Set<EnvironmentDigest> environments = jdbc()
                    .sql("SELECT DISTINCT environment #>> '{digest,value}' FROM model WHERE environment IS NOT NULL")
                    .query((row, number) -> new EnvironmentDigest(row.getString(1)))
                    .stream()
                    .collect(Collectors.toSet());
            return new InUse(images, deployed, oldestImport(), sets, environments);
        });
    }

    private Set<ImageDigest> images(String query) {
        return jdbc().sql(query).query((row, number) -> new ImageDigest(row.getString(1))).stream()
                .collect(Collectors.toSet());
    }

    @Override
    public List<RemovableRows> removable(RetentionPeriods periods, Instant now, int limit) {
        return database.inTransaction(() -> {
            List<RemovableRows> all = new ArrayList<>();
            removableSince(periods, now)
                    .forEach((kind, rows) -> all.add(new RemovableRows(
                            kind,
                            jdbc().sql("SELECT count(*) FROM (SELECT %s LIMIT ?) removable".formatted(rows.source()))
                                    .params(Timestamp.from(rows.before()), limit)
                                    .query(Long.class)
                                    .single())));
            return all;
        });
    }

    /** By kind. Generations and batch tasks are scanned, the others are read by an index on age, so that counting costs little. */
    private static Map<String, OldRows> removableSince(RetentionPeriods periods, Instant now) {
        Map<String, OldRows> kinds = new LinkedHashMap<>();
        kinds.put(
                "events of services",
                new OldRows(
                        "FROM event WHERE subject_kind = 'SERVICE' AND occurred_at < ?",
                        now.minus(periods.serviceEvents())));
        kinds.put(
                "events of models",
                new OldRows(
                        "FROM event WHERE subject_kind = 'MODEL' AND occurred_at < ?",
                        now.minus(periods.modelEvents())));
        kinds.put(
                "work of batch tasks",
                new OldRows("FROM batch_task WHERE has_work AND ended_at < ?", now.minus(periods.batch())));
        kinds.put("counts", new OldRows("FROM request_minute WHERE minute < ?", now.minus(periods.counts())));
        kinds.put("requests", new OldRows("FROM request WHERE accepted_at < ?", now.minus(periods.requests())));
        kinds.put(
                "generations",
                new OldRows(
                        "FROM service_generation g JOIN service v ON v.id = g.service WHERE %s"
                                .formatted(OLD_GENERATION),
                        now.minus(periods.serviceEvents())));
        kinds.put(
                "batch tasks",
                new OldRows(
                        "FROM batch_task t JOIN service v ON v.id = t.service WHERE %s".formatted(OLD_TASK),
                        now.minus(periods.batchTasks())));
        kinds.put(
                "deleted services",
                new OldRows(
                        "FROM service WHERE state = 'DELETED' AND transitioned_at < ?",
                        now.minus(periods.serviceEvents())));
        return kinds;
    }

    private @Nullable Instant oldestImport() {
        return jdbc().sql("SELECT created_at FROM model WHERE status = 'PUBLISHING' ORDER BY created_at LIMIT 1")
                .query((row, number) -> row.getTimestamp(1).toInstant().minus(CLOCKS))
                .optional()
                .orElse(null);
    }

    @Override
    public int removeServices(Instant deletedBefore, int limit) {
        return database.inTransaction(() -> {
            String[] ids = jdbc().sql("""
                            SELECT id FROM service v WHERE state = 'DELETED' AND transitioned_at < ?
                                AND NOT EXISTS (SELECT FROM event WHERE subject = v.id)
                                AND NOT EXISTS (SELECT FROM instance_set WHERE owner = 'service/' || v.id)
                                AND NOT EXISTS (SELECT FROM batch_task WHERE service = v.id AND has_work)
                            ORDER BY transitioned_at LIMIT ? FOR UPDATE SKIP LOCKED""")
                    .params(Timestamp.from(deletedBefore), limit)
                    .query(String.class)
                    .list()
                    .toArray(String[]::new);
            int counts = jdbc().sql("""
                            DELETE FROM request_minute WHERE ctid = ANY (ARRAY(
                                SELECT ctid FROM request_minute WHERE service = ANY (?) LIMIT ?))""").params(ids, limit).update();
            if (ids.length == 0 || counts == limit) {
                return counts;
            }
            for (String table : List.of(
                    "request_total",
                    "gateway_report",
                    "rollout",
                    "service_generation",
                    "service_model",
                    "route_set",
                    "route_document",
                    "batch_control",
                    "batch_task")) {
                jdbc().sql("DELETE FROM %s WHERE service = ANY (?)".formatted(table))
                        .param(ids)
                        .update();
            }
            jdbc().sql("DELETE FROM request WHERE resource = ANY (?)")
                    .param(ids)
                    .update();
            return jdbc().sql("DELETE FROM service WHERE id = ANY (?)")
                    .param(ids)
                    .update();
        });
    }

    @Override
    public int removeGenerations(Instant acceptedBefore, int limit) {
        return database.inTransaction(() -> {
            Timestamp before = Timestamp.from(acceptedBefore);
            int rollouts = jdbc().sql("""
                            DELETE FROM rollout WHERE ctid = ANY (ARRAY(
                                SELECT r.ctid FROM rollout r
                                JOIN service v ON v.id = r.service
                                JOIN service_generation g ON g.service = r.service AND g.generation = r.generation
                                WHERE r.outcome IS NOT NULL AND g.accepted_at < ? AND v.state <> 'DELETED'
                                    AND r.generation NOT IN (v.generation, v.taken, v.observed, v.serving)
                                LIMIT ? FOR UPDATE OF r SKIP LOCKED))""").params(before, limit).update();
            int generations = jdbc().sql("""
                            DELETE FROM service_generation WHERE ctid = ANY (ARRAY(
                                SELECT g.ctid FROM service_generation g JOIN service v ON v.id = g.service
                                WHERE %s
                                    AND NOT EXISTS (SELECT FROM rollout r WHERE r.service = g.service AND r.generation = g.generation)
                                LIMIT ? FOR UPDATE OF g SKIP LOCKED))""".formatted(OLD_GENERATION))
                    .params(before, limit)
                    .update();
            return Math.max(rollouts, generations);
        });
    }

    @Override
    public int removeTasks(Instant endedBefore, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                        DELETE FROM batch_task WHERE id = ANY (ARRAY(
                            SELECT t.id FROM batch_task t JOIN service v ON v.id = t.service
                            WHERE %s
                            ORDER BY t.ended_at LIMIT ? FOR UPDATE OF t SKIP LOCKED))""".formatted(OLD_TASK))
                .params(Timestamp.from(endedBefore), limit)
                .update());
    }

    @Override
    public int removeRequests(Instant acceptedBefore, int limit) {
        return database.inTransaction(() ->
                jdbc().sql("""
                        DELETE FROM request WHERE key = ANY (ARRAY(
                            SELECT key FROM request WHERE accepted_at < ?
                            ORDER BY accepted_at LIMIT ? FOR UPDATE SKIP LOCKED))""").params(Timestamp.from(acceptedBefore), limit).update());
    }

    @Override
    public int removeWaits(Instant since, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                        DELETE FROM workflow_wait WHERE workflow_id = ANY (ARRAY(
                            SELECT w.workflow_id FROM workflow_wait w WHERE w.since < ? AND (%s)
                            LIMIT ? FOR UPDATE SKIP LOCKED))""".formatted(WITHOUT_SUBJECT))
                .params(Timestamp.from(since), limit)
                .update());
    }

    @Override
    public int removeInstanceSets(Instant settledBefore, int limit) {
        return database.inTransaction(() -> {
            int removed = jdbc().sql("""
                            DELETE FROM instance_set WHERE id = ANY (ARRAY(
                                SELECT s.id FROM instance_set s WHERE (%s) LIMIT :limit FOR UPDATE SKIP LOCKED))""".formatted(WITHOUT_OWNER))
                    .param("before", Timestamp.from(settledBefore))
                    .param("limit", limit)
                    .update();
            if (removed > 0) {
                Notifications.Channel.DESIRED_STATE.notify(jdbc());
            }
            return removed;
        });
    }

    @Override
    public List<BatchTask> tasksWithWork(Instant endedBefore, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                        SELECT t.* FROM batch_task t JOIN service v ON v.id = t.service
                        WHERE t.has_work AND (t.ended_at < :before OR v.state = 'DELETED'
                            AND (t.ended_at IS NOT NULL OR v.transitioned_at < :before))
                        ORDER BY t.work_removed_at NULLS FIRST, t.ended_at, t.id LIMIT :limit""")
                .param("before", Timestamp.from(endedBefore))
                .param("limit", limit)
                .query((row, number) -> BatchRows.task(row))
                .list());
    }

    private JdbcClient jdbc() {
        return database.jdbc();
    }

    /** Rows of a query that ends before its limit, with one parameter: the instant before which they are old. */
    private record OldRows(String source, Instant before) {}
}
