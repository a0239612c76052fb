package dev.slipway.adapters.postgres.service;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.route.PostgresRouteTable;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.NotFound;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Services in PostgreSQL. {@link #change} locks the row FOR UPDATE until its commit. Other stores of the same database that are called
 * inside take part in the transaction.
 */
public final class PostgresServiceStore implements ServiceStore {

    private static final Set<String> JSON_COLUMNS = Set.of("asked_config", "serving_config", "auto_stop");
    private static final String SHOULD_SERVE = "infer_type = 'REAL_TIME' AND wanted = 'RUNNING' AND serving > 0";

    private final Database database;

    public PostgresServiceStore(Database database) {
        this.database = database;
    }

    @Override
    public <R> R create(Service draft, Function<ServiceTransaction, R> work) {
        return database.inTransaction(() -> {
            insert(draft);
            return run(draft, transaction -> {
                if (draft.inferType() == InferType.REAL_TIME) {
                    // A document from the start, so that gateways can distinguish a service that does not run yet from
                    // one that does not
                    // exist.
                    transaction.routes().open(false);
                }
                return work.apply(transaction);
            });
        });
    }

    @Override
    public <R> R change(ServiceId id, Function<ServiceTransaction, R> work) {
        return database.inTransaction(() -> {
            Service service = jdbc().sql("SELECT * FROM service WHERE id = ? FOR UPDATE")
                    .param(id.value())
                    .query(ServiceRows::service)
                    .optional()
                    .orElseThrow(
                            () -> new NotFound(ErrorCode.SERVICE_UNKNOWN, "service '%s' does not exist".formatted(id)));
            return run(service, work);
        });
    }

    @Override
    public Optional<Service> find(ServiceId id) {
        return database.inTransaction(() -> jdbc().sql("SELECT * FROM service WHERE id = ?")
                .param(id.value())
                .query(ServiceRows::service)
                .optional());
    }

    @Override
    public ServicePage list(ProjectId project, ServiceQuery query) {
        Map<String, Object> params = new LinkedHashMap<>();
        String where = where(project, query, params);
        return database.inTransaction(() -> {
            long total = jdbc().sql("SELECT count(*) FROM service WHERE " + where)
                    .params(params)
                    .query(Long.class)
                    .single();
            List<Service> services = jdbc().sql("SELECT * FROM service WHERE %s ORDER BY %s LIMIT %d OFFSET %d"
                            .formatted(where, order(query), query.limit(), query.offset()))
                    .params(params)
                    .query(ServiceRows::service)
                    .list();
            return new ServicePage(services, total);
        });
    }

    @Override
    public List<ServiceGeneration> updateRecords(ServiceId id) {
        return database.inTransaction(() -> jdbc().sql(
                        "SELECT * FROM service_generation WHERE service = ? AND changes_config ORDER BY generation DESC")
                .param(id.value())
                .query(ServiceRows::generation)
                .list());
    }

    @Override
    public List<ServiceId> withMovedAlias(@Nullable ServiceId after, int limit) {
        return database.inTransaction(
                () -> jdbc().sql("SELECT service FROM moved_alias WHERE service > ? ORDER BY service LIMIT ?")
                        .params(after == null ? "" : after.value(), limit)
                        .query((row, number) -> new ServiceId(row.getString("service")))
                        .list());
    }

    @Override
    public List<Service> untakenSince(Instant before, @Nullable ServiceId after, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                        SELECT * FROM service
                        WHERE taken < generation AND asked_at <= ? AND id > ? ORDER BY id LIMIT ?""")
                .params(Timestamp.from(before), after == null ? "" : after.value(), limit)
                .query(ServiceRows::service)
                .list());
    }

    @Override
    public Map<ServiceId, Long> observed(Collection<ServiceId> services) {
        Map<ServiceId, Long> observed = new HashMap<>();
        database.inTransaction(() -> jdbc().sql("SELECT id, observed FROM service WHERE id = ANY (?)")
                .param(ids(services))
                .query(row -> {
                    observed.put(new ServiceId(row.getString("id")), row.getLong("observed"));
                }));
        return observed;
    }

    @Override
    public List<ServiceId> dueAt(Instant now, @Nullable ServiceId after, int limit) {
        return database.inTransaction(
                () -> jdbc().sql("SELECT id FROM service WHERE due_at <= ? AND id > ? ORDER BY id LIMIT ?")
                        .params(Timestamp.from(now), after == null ? "" : after.value(), limit)
                        .query((row, number) -> new ServiceId(row.getString("id")))
                        .list());
    }

    @Override
    public List<Service> unsettled(@Nullable ServiceId after, int limit) {
        return database.inTransaction(() -> jdbc().sql("""
                        SELECT * FROM service
                        WHERE observed < generation AND taken >= generation AND id > ? ORDER BY id LIMIT ?""")
                .params(after == null ? "" : after.value(), limit)
                .query(ServiceRows::service)
                .list());
    }

    @Override
    public List<Service> serving() {
        return database.inTransaction(
                () -> jdbc().sql("SELECT * FROM service WHERE %s ORDER BY id".formatted(SHOULD_SERVE))
                        .query(ServiceRows::service)
                        .list());
    }

    @Override
    public Map<InstanceSetId, Integer> ready(Collection<ServiceId> services) {
        Map<InstanceSetId, Integer> ready = new HashMap<>();
        database.inTransaction(() -> jdbc().sql("""
                        SELECT s.set_id, count(*) AS ready FROM route_set s JOIN route_instance i ON i.set_id = s.set_id
                        WHERE s.service = ANY (?) AND i.ready AND NOT i.draining GROUP BY s.set_id""").param(ids(services)).query(row -> {
            ready.put(new InstanceSetId(row.getString("set_id")), row.getInt("ready"));
        }));
        return ready;
    }

    @Override
    public List<Service> find(Collection<ServiceId> services) {
        return database.inTransaction(() -> jdbc().sql("SELECT * FROM service WHERE id = ANY (?) ORDER BY id")
                .param(ids(services))
                .query(ServiceRows::service)
                .list());
    }

    private static String[] ids(Collection<ServiceId> services) {
        return services.stream().map(ServiceId::value).toArray(String[]::new);
    }

    @Override
    public RouteRows routes(Service service) {
        return database.inTransaction(
                () -> new PostgresRouteTable(jdbc(), service.id().value(), service.project()).rows());
    }

    @Override
    public Map<ServiceId, RouteRows> routes(Collection<ServiceId> services) {
        return database.inTransaction(() -> PostgresRouteTable.rows(jdbc(), services));
    }

    private <R> R run(Service service, Function<ServiceTransaction, R> work) {
        PostgresServiceTransaction transaction = new PostgresServiceTransaction(jdbc(), service);
        R result = work.apply(transaction);
        transaction.complete();
        return result;
    }

    private void insert(Service draft) {
        Map<String, @Nullable Object> columns = ServiceRows.columns(draft);
        columns.put("asked_at", ServiceRows.timestamp(draft.publishedAt()));
        String values =
                columns.keySet().stream().map(PostgresServiceStore::placeholder).collect(Collectors.joining(", "));
        // The index makes concurrent creations of the same name wait; the first commit wins.
        int inserted = jdbc().sql(
                        "INSERT INTO service (%s) VALUES (%s) ON CONFLICT (project, name) WHERE state <> 'DELETED' DO NOTHING"
                                .formatted(String.join(", ", columns.keySet()), values))
                .params(columns)
                .update();
        if (inserted == 0) {
            throw new Conflict(
                    ErrorCode.SERVICE_NAME_TAKEN,
                    "service '%s' exists already in this project: take another name".formatted(draft.name()));
        }
    }

    /** The named parameter of a column, with a cast for JSON. */
    static String placeholder(String column) {
        return JSON_COLUMNS.contains(column) ? "CAST(:%s AS jsonb)".formatted(column) : ":" + column;
    }

    private static String where(ProjectId project, ServiceQuery query, Map<String, Object> params) {
        List<String> conditions = new ArrayList<>(List.of("project = :project", "state <> 'DELETED'"));
        params.put("project", project.value());
        add(conditions, params, "id = :id", "id", query.id());
        add(conditions, params, "name = :name", "name", query.exactName());
        add(conditions, params, "strpos(lower(name), lower(:part)) > 0", "part", query.nameContains());
        add(
                conditions,
                params,
                "id IN (SELECT service FROM service_model WHERE model = :model)",
                "model",
                query.modelId());
        add(conditions, params, "workspace_id = :workspace", "workspace", query.workspaceId());
        add(conditions, params, "infer_type = :type", "type", query.inferType());
        add(conditions, params, "state = :state", "state", query.state());
        return String.join(" AND ", conditions);
    }

    private static void add(
            List<String> conditions,
            Map<String, Object> params,
            String condition,
            String name,
            @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            params.put(name, value instanceof Enum<?> constant ? constant.name() : value);
        }
    }

    private static String order(ServiceQuery query) {
        String column =
                switch (query.sortBy()) {
                    case "service_name" -> "name";
                    case "transition_at" -> "transitioned_at";
                    default -> "published_at";
                };
        String direction = query.ascending() ? "ASC" : "DESC";
        return "%s %s, id %s".formatted(column, direction, direction);
    }

    private JdbcClient jdbc() {
        return database.jdbc();
    }
}
