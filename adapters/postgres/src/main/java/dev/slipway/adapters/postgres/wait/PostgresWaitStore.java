package dev.slipway.adapters.postgres.wait;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.Notifications;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Waits in PostgreSQL. Takes part in the current transaction; a new wait notifies {@link Notifications.Channel#WAITS}. */
public final class PostgresWaitStore implements WaitStore {

    private final Database database;

    public PostgresWaitStore(Database database) {
        this.database = database;
    }

    @Override
    public void put(Wait wait) {
        Stored stored = Stored.of(wait.condition());
        database.inTransaction(() -> {
            int changed = database.jdbc()
                    .sql("""
                            INSERT INTO workflow_wait (workflow_id, kind, condition, since) VALUES (?, ?, ?::jsonb, ?)
                            ON CONFLICT (workflow_id) DO UPDATE
                            SET kind = excluded.kind, condition = excluded.condition, since = excluded.since
                            WHERE (workflow_wait.kind, workflow_wait.condition) <> (excluded.kind, excluded.condition)""")
                    .params(
                            wait.workflowId(),
                            stored.kind().name(),
                            PostgresJson.write(stored.details()),
                            Timestamp.from(wait.since()))
                    .update();
            if (changed > 0) {
                Notifications.Channel.WAITS.notify(database.jdbc());
            }
        });
    }

    @Override
    public void remove(String workflowId) {
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("DELETE FROM workflow_wait WHERE workflow_id = ?")
                    .param(workflowId)
                    .update();
        });
    }

    @Override
    public void removeAll(String workflowId) {
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("DELETE FROM workflow_wait WHERE workflow_id = ? OR starts_with(workflow_id, ?)")
                    .params(workflowId, workflowId + "/")
                    .update();
        });
    }

    @Override
    public List<Wait> all() {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT workflow_id, kind, condition, since FROM workflow_wait ORDER BY since, workflow_id")
                .query((row, number) -> new Wait(
                        row.getString("workflow_id"),
                        new Stored(
                                        Kind.valueOf(row.getString("kind")),
                                        PostgresJson.read(row.getString("condition"), Details.class))
                                .condition(),
                        row.getTimestamp("since").toInstant()))
                .list());
    }

    private enum Kind {
        JUDGED,
        UNHEALTHY,
        READY,
        READY_OR_FAILED,
        ENDED,
        RELEASED,
        SERVICE_SETTLED,
        TASK_ENDED,
        MODEL_SETTLED
    }

    /**
     * The JSON of all conditions. A stored format: parts are only added.
     *
     * @param counts instances of sets, by set
     * @param instances sorted
     */
    private record Details(
            @Nullable Map<String, Integer> counts,
            @Nullable List<String> instances,
            @Nullable String service,
            @Nullable Long generation,
            @Nullable String model,
            @Nullable String task) {}

    private record Stored(Kind kind, Details details) {

        static Stored of(WaitCondition condition) {
            return switch (condition) {
                case WaitCondition.Judged judged -> new Stored(Kind.JUDGED, details(judged.wanted(), judged.proven()));
                case WaitCondition.Unhealthy unhealthy ->
                    new Stored(Kind.UNHEALTHY, details(unhealthy.wanted(), unhealthy.proven()));
                case WaitCondition.Ready ready ->
                    new Stored(
                            ready.orFailed() ? Kind.READY_OR_FAILED : Kind.READY, details(ready.atLeast(), Set.of()));
                case WaitCondition.Ended ended -> new Stored(Kind.ENDED, details(ended.atMost(), ended.leaving()));
                case WaitCondition.Released released ->
                    new Stored(
                            Kind.RELEASED,
                            new Details(
                                    null,
                                    texts(released.leaving()),
                                    released.service(),
                                    released.generation(),
                                    null,
                                    null));
                case WaitCondition.ServiceSettled settled ->
                    new Stored(
                            Kind.SERVICE_SETTLED,
                            new Details(null, null, settled.service(), settled.generation(), null, null));
                case WaitCondition.TaskEnded ended ->
                    new Stored(Kind.TASK_ENDED, new Details(null, null, null, null, null, ended.task()));
                case WaitCondition.ModelSettled settled ->
                    new Stored(Kind.MODEL_SETTLED, new Details(null, null, null, null, settled.model(), null));
            };
        }

        private static Details details(Map<InstanceSetId, Integer> counts, Set<InstanceId> instances) {
            Map<String, Integer> byText = new TreeMap<>();
            counts.forEach((set, count) -> byText.put(set.value(), count));
            return new Details(byText, texts(instances), null, null, null, null);
        }

        private static List<String> texts(Set<InstanceId> instances) {
            return instances.stream().map(InstanceId::toString).sorted().toList();
        }

        WaitCondition condition() {
            return switch (kind) {
                case JUDGED -> new WaitCondition.Judged(counts(), instances());
                case UNHEALTHY -> new WaitCondition.Unhealthy(counts(), instances());
                case READY -> new WaitCondition.Ready(counts(), false);
                case READY_OR_FAILED -> new WaitCondition.Ready(counts(), true);
                case ENDED -> new WaitCondition.Ended(counts(), instances());
                case RELEASED -> new WaitCondition.Released(service(), generation(), instances());
                case SERVICE_SETTLED -> new WaitCondition.ServiceSettled(service(), generation());
                case TASK_ENDED ->
                    new WaitCondition.TaskEnded(Objects.requireNonNull(details.task(), "task of a wait"));
                case MODEL_SETTLED ->
                    new WaitCondition.ModelSettled(Objects.requireNonNull(details.model(), "model of a wait"));
            };
        }

        private String service() {
            return Objects.requireNonNull(details.service(), "service of a wait");
        }

        private long generation() {
            return Objects.requireNonNull(details.generation(), "generation of a wait");
        }

        private Map<InstanceSetId, Integer> counts() {
            Map<InstanceSetId, Integer> counts = new HashMap<>();
            if (details.counts() != null) {
                details.counts().forEach((set, count) -> counts.put(new InstanceSetId(set), count));
            }
            return counts;
        }

        private Set<InstanceId> instances() {
            return details.instances() == null
                    ? Set.of()
                    : details.instances().stream().map(InstanceId::parse).collect(Collectors.toSet());
        }
    }
}
