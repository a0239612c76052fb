package dev.slipway.adapters.postgres.service;

import dev.slipway.adapters.postgres.Notifications;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.adapters.postgres.event.EventRows;
import dev.slipway.adapters.postgres.model.ModelRows;
import dev.slipway.adapters.postgres.route.PostgresRouteTable;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.InferType;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceTransaction;
import java.sql.Timestamp;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@link ServiceTransaction} in PostgreSQL. */
final class PostgresServiceTransaction implements ServiceTransaction {

    private final JdbcClient jdbc;
    private final PostgresRouteTable routes;
    private Service service;
    private boolean saved;
    private boolean usesRoutes;

    PostgresServiceTransaction(JdbcClient jdbc, Service service) {
        this.jdbc = jdbc;
        this.service = service;
        this.routes = new PostgresRouteTable(jdbc, service.id().value(), service.project());
    }

    @Override
    public Service service() {
        return service;
    }

    @Override
    public void save(Service changed) {
        if (!changed.id().equals(service.id())) {
            throw new IllegalArgumentException(
                    "service '%s' saved in a transaction of service '%s'".formatted(changed.id(), service.id()));
        }
        saved = true;
        Map<String, @Nullable Object> columns = ServiceRows.columns(changed);
        String assignments = columns.keySet().stream()
                .filter(column -> !column.equals("id"))
                .map(column -> column + " = " + PostgresServiceStore.placeholder(column))
                .collect(Collectors.joining(", "));
        jdbc.sql("UPDATE service SET %s WHERE id = :id".formatted(assignments))
                .params(columns)
                .update();
        // The document names headers of theirs.
        usesRoutes |=
                changed.inferType() == InferType.REAL_TIME && !changed.extras().equals(service.extras());
        service = changed;
        keepModels();
    }

    @Override
    public void add(ServiceGeneration generation) {
        jdbc.sql("""
                        INSERT INTO service_generation
                        (service, generation, wanted, config, changes_config, outcome, cause, accepted_at)
                        VALUES (?, ?, ?, ?::jsonb, ?, ?, ?, ?)""")
                .param(generation.service().value())
                .param(generation.generation())
                .param(generation.wanted().name())
                .param(PostgresJson.write(generation.config()))
                .param(generation.changesConfig())
                .param(generation.outcome().name())
                .param(generation.cause())
                .param(Timestamp.from(generation.acceptedAt()))
                .update();
        jdbc.sql("UPDATE service SET asked_at = ? WHERE id = ?")
                .params(
                        Timestamp.from(generation.acceptedAt()),
                        generation.service().value())
                .update();
    }

    @Override
    public ServiceGeneration generation(long number) {
        return jdbc.sql("SELECT * FROM service_generation WHERE service = ? AND generation = ?")
                .params(service.id().value(), number)
                .query(ServiceRows::generation)
                .optional()
                .orElseThrow(() -> new NoSuchElementException(
                        "service '%s' has no generation %d".formatted(service.id(), number)));
    }

    @Override
    public void settle(long generation, ServiceGeneration.Outcome outcome, @Nullable String cause) {
        jdbc.sql("""
                        UPDATE service_generation SET outcome = ?, cause = ?
                        WHERE service = ? AND generation = ? AND outcome = 'RUNNING'""")
                .param(outcome.name())
                .param(cause)
                .param(service.id().value())
                .param(generation)
                .update();
    }

    @Override
    public void record(Event event) {
        EventRows.insert(jdbc, EventStore.EventSubject.SERVICE, event);
    }

    @Override
    public Optional<Origin> commandedBy(long generation) {
        return EventRows.commandedBy(jdbc, service().id().value(), generation);
    }

    @Override
    public Model lockModel(ModelId id) {
        return jdbc.sql("SELECT * FROM model WHERE id = ? AND project = ? FOR SHARE")
                .params(id.value(), service.project().value())
                .query(ModelRows::model)
                .optional()
                .orElseThrow(() ->
                        new Invalid(ErrorCode.MODEL_OF_SERVICE_UNKNOWN, "model '%s' does not exist".formatted(id)));
    }

    @Override
    public Model lockModel(ModelAlias alias) {
        return jdbc.sql("SELECT model FROM model_alias WHERE project = ? AND name = ? AND alias = ? FOR SHARE")
                .params(service.project().value(), alias.name(), alias.alias())
                .query((row, number) -> new ModelId(row.getString("model")))
                .optional()
                .map(this::lockModel)
                .orElseThrow(() ->
                        new Invalid(ErrorCode.MODEL_OF_SERVICE_UNKNOWN, "alias '%s' does not exist".formatted(alias)));
    }

    @Override
    public void forgetMovedAlias() {
        jdbc.sql("DELETE FROM moved_alias WHERE service = ?")
                .param(service.id().value())
                .update();
    }

    @Override
    public RouteTable routes() {
        usesRoutes = true;
        return routes;
    }

    /** Writes what has to be consistent before the commit. */
    void complete() {
        if (saved) {
            Notifications.Channel.SERVICES.notify(jdbc, service.id().value());
        }
        if (service.state() == ServiceState.DELETED) {
            routes().erase();
        }
        if (usesRoutes) {
            routes.render();
        }
    }

    private void keepModels() {
        Set<String> named = namedModels();
        Set<String> kept = new TreeSet<>(jdbc.sql("SELECT model FROM service_model WHERE service = ?")
                .param(service.id().value())
                .query(String.class)
                .list());
        for (String model : kept) {
            if (!named.contains(model)) {
                jdbc.sql("DELETE FROM service_model WHERE service = ? AND model = ?")
                        .params(service.id().value(), model)
                        .update();
            }
        }
        for (String model : named) {
            if (!kept.contains(model)) {
                jdbc.sql("INSERT INTO service_model (service, model) VALUES (?, ?)")
                        .params(service.id().value(), model)
                        .update();
            }
        }
    }

    private Set<String> namedModels() {
        Set<String> named = new TreeSet<>();
        if (service.state() != ServiceState.DELETED) {
            addModels(named, service.asked());
            ServiceConfig serving = service.serving();
            if (serving != null) {
                addModels(named, serving);
            }
        }
        return named;
    }

    private static void addModels(Set<String> named, ServiceConfig config) {
        config.entries().forEach(entry -> named.add(entry.model().value()));
    }
}
