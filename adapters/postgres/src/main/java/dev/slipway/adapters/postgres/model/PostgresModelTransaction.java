package dev.slipway.adapters.postgres.model;

import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.adapters.postgres.event.EventRows;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.environment.Environment;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.event.Origin;
import dev.slipway.domain.image.ImageDigest;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelAlias;
import dev.slipway.domain.model.ModelConfig;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelTransaction;
import dev.slipway.domain.problem.Conflict;
import dev.slipway.domain.problem.ErrorCode;
import java.sql.Timestamp;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** {@link ModelTransaction} in PostgreSQL. */
final class PostgresModelTransaction implements ModelTransaction {

    private static final String NAMES_ALIAS =
            "project = ? AND state <> 'DELETED' AND (asked_config @> ?::jsonb OR serving_config @> ?::jsonb)";

    private final JdbcClient jdbc;
    private final ModelId id;
    private @Nullable Model model;

    /** Locks the row, if there is one. */
    PostgresModelTransaction(JdbcClient jdbc, ModelId id) {
        this.jdbc = jdbc;
        this.id = id;
        this.model = jdbc.sql("SELECT * FROM model WHERE id = ? FOR UPDATE")
                .param(id.value())
                .query(ModelRows::model)
                .optional()
                .orElse(null);
    }

    @Override
    public Optional<Model> model() {
        return Optional.ofNullable(model);
    }

    @Override
    public void insert(Model inserted) {
        int rows = jdbc.sql("""
                        INSERT INTO model (id, project, tenant, owner, name, version, spec, status, size, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
                        ON CONFLICT (project, name, version) DO NOTHING""")
                .param(inserted.id().value())
                .param(inserted.project().value())
                .param(inserted.tenant())
                .param(inserted.owner())
                .param(inserted.spec().name())
                .param(inserted.spec().version())
                .param(PostgresJson.write(inserted.spec()))
                .param(inserted.status().name())
                .param(inserted.size())
                .param(Timestamp.from(inserted.createdAt()))
                .update();
        if (rows == 0) {
            throw new Conflict(
                    ErrorCode.MODEL_EXISTS,
                    "model '%s' exists already in this project: take another version, or delete that one first"
                            .formatted(inserted.label()));
        }
        model = inserted;
    }

    @Override
    public void save(Model saved) {
        ModelConfig config = saved.config();
        ImageDigest image = saved.image();
        Environment environment = saved.environment();
        jdbc.sql("""
                        UPDATE model SET spec = ?::jsonb, status = ?, config = ?::jsonb, size = ?, image = ?, error = ?, interpreter = ?, environment = ?::jsonb, pushed = ?
                        WHERE id = ?""")
                .param(PostgresJson.write(saved.spec()))
                .param(saved.status().name())
                .param(config == null ? null : PostgresJson.write(config))
                .param(saved.size())
                .param(image == null ? null : image.value())
                .param(saved.error())
                .param(saved.interpreter())
                .param(environment == null ? null : PostgresJson.write(environment))
                .param(saved.pushed())
                .param(id.value())
                .update();
        model = saved;
    }

    @Override
    public void askAgain(Model again) {
        save(again);
        jdbc.sql("UPDATE model SET taken = false WHERE id = ?")
                .param(id.value())
                .update();
        jdbc.sql("""
                        UPDATE event SET key = 'before/' || id || '/' || key
                        WHERE subject = ? AND starts_with(key, 'import/')""").param(id.value()).update();
    }

    @Override
    public void take() {
        jdbc.sql("UPDATE model SET taken = true WHERE id = ?").param(id.value()).update();
    }

    @Override
    public void remove() {
        // Rows of deleted services still refer to their models, but are not read any more.
        jdbc.sql("""
                        DELETE FROM service_model USING service
                        WHERE service_model.model = ? AND service.id = service_model.service
                          AND service.state = 'DELETED'""").param(id.value()).update();
        jdbc.sql("DELETE FROM event WHERE subject = ?").param(id.value()).update();
        jdbc.sql("DELETE FROM model WHERE id = ?").param(id.value()).update();
        model = null;
    }

    @Override
    public List<NamedBy> namedBy() {
        return jdbc.sql("""
                        SELECT service.id, service.name FROM service_model JOIN service ON service.id = service_model.service
                        WHERE service_model.model = ? AND service.state <> 'DELETED' ORDER BY service.id""")
                .param(id.value())
                .query((row, number) -> new NamedBy(row.getString("id"), row.getString("name")))
                .list();
    }

    @Override
    public List<NamedBy> namedBy(ProjectId project, ModelAlias alias) {
        return jdbc.sql("SELECT id, name FROM service WHERE %s ORDER BY id".formatted(NAMES_ALIAS))
                .params(project.value(), naming(alias), naming(alias))
                .query((row, number) -> new NamedBy(row.getString("id"), row.getString("name")))
                .list();
    }

    /** A part of the configurations that name it. */
    private static String naming(ModelAlias alias) {
        return PostgresJson.write(Map.of("entries", List.of(Map.of("alias", Map.of("alias", alias)))));
    }

    @Override
    public Optional<ModelId> moveAlias(ModelAlias alias) {
        Model named = Objects.requireNonNull(model);
        String project = named.project().value();
        Optional<ModelId> before = jdbc.sql(
                        "SELECT model FROM model_alias WHERE project = ? AND name = ? AND alias = ? FOR UPDATE")
                .params(project, alias.name(), alias.alias())
                .query((row, number) -> new ModelId(row.getString("model")))
                .optional();
        jdbc.sql("""
                        INSERT INTO model_alias (project, name, alias, model) VALUES (?, ?, ?, ?)
                        ON CONFLICT (project, name, alias) DO UPDATE SET model = excluded.model""").params(project, alias.name(), alias.alias(), id.value()).update();
        jdbc.sql("INSERT INTO moved_alias (service) SELECT id FROM service WHERE %s ON CONFLICT DO NOTHING"
                        .formatted(NAMES_ALIAS))
                .params(project, naming(alias), naming(alias))
                .update();
        return before;
    }

    @Override
    public boolean removeAlias(ModelAlias alias) {
        return jdbc.sql("DELETE FROM model_alias WHERE model = ? AND name = ? AND alias = ?")
                        .params(id.value(), alias.name(), alias.alias())
                        .update()
                > 0;
    }

    @Override
    public Optional<Origin> importedBy() {
        return EventRows.importedBy(jdbc, id.value());
    }

    @Override
    public void record(Event event) {
        EventRows.insert(jdbc, EventSubject.MODEL, event);
    }
}
