package dev.slipway.adapters.postgres.model;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.Matching;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.model.ModelTransaction;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link ModelStore} in PostgreSQL. */
public final class PostgresModelStore implements ModelStore {

    private static final String ASKED_TYPE =
            "CASE spec -> 'source' ->> 'kind' WHEN 'template' THEN 'TEMPLATE' ELSE spec ->> 'type' END";

    private final Database database;

    public PostgresModelStore(Database database) {
        this.database = database;
    }

    @Override
    public <R> R change(ModelId id, Function<ModelTransaction, R> work) {
        return database.inTransaction(() -> work.apply(new PostgresModelTransaction(database.jdbc(), id)));
    }

    @Override
    public void keepBuildLog(ModelId model, String log) {
        database.inTransaction(() -> database.jdbc()
                .sql("""
                        INSERT INTO model_build_log (model, log) SELECT id, ? FROM model WHERE id = ?
                        ON CONFLICT (model) DO UPDATE SET log = excluded.log""")
                .params(log.replace('\0', ' '), model.value())
                .update());
    }

    @Override
    public Optional<String> buildLog(ModelId model) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT log FROM model_build_log WHERE model = ?")
                .param(model.value())
                .query(String.class)
                .optional());
    }

    @Override
    public Optional<Model> find(ModelId id) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT * FROM model WHERE id = ?")
                .param(id.value())
                .query(ModelRows::model)
                .optional());
    }

    @Override
    public ModelPage list(ProjectId project, ModelQuery query) {
        Matching matching = new Matching()
                .where("project = ?", project.value())
                .where("name = ?", query.exact() ? query.name() : null)
                .contains("name", query.exact() ? null : query.name())
                .where("version = ?", query.version())
                .where("status = ?", name(query.status()))
                .contains("spec ->> 'description'", query.descriptionContains())
                .where(ASKED_TYPE + " = ?", name(query.type()))
                .where(ASKED_TYPE + " <> ?", name(query.notType()));
        return database.inTransaction(() -> {
            long total = database.jdbc()
                    .sql("SELECT count(*) FROM model" + matching.sql())
                    .params(matching.parameters())
                    .query(Long.class)
                    .single();
            List<Model> models = database.jdbc()
                    .sql("SELECT * FROM model%s %s LIMIT ? OFFSET ?".formatted(matching.sql(), order(query)))
                    .params(matching.parameters())
                    .param(query.limit())
                    .param(query.offset())
                    .query(ModelRows::model)
                    .list();
            return new ModelPage(models, total);
        });
    }

    @Override
    public List<Model> untakenSince(Instant before, @Nullable ModelId after, int limit) {
        return database.inTransaction(() -> database.jdbc()
                .sql("""
                        SELECT * FROM model WHERE status = 'PUBLISHING' AND NOT taken AND created_at < ? AND id > ?
                        ORDER BY id LIMIT ?""")
                .params(Timestamp.from(before), after == null ? "" : after.value(), limit)
                .query(ModelRows::model)
                .list());
    }

    @Override
    public List<Model> unfinished(@Nullable ModelId after, int limit) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT * FROM model WHERE status = 'PUBLISHING' AND id > ? ORDER BY id LIMIT ?")
                .params(after == null ? "" : after.value(), limit)
                .query(ModelRows::model)
                .list());
    }

    @Override
    public Set<ModelId> publishing(Collection<ModelId> models) {
        String[] ids = models.stream().map(ModelId::value).toArray(String[]::new);
        return database.inTransaction(() -> Set.copyOf(database.jdbc()
                .sql("SELECT id FROM model WHERE status = 'PUBLISHING' AND id = ANY (?)")
                .param(ids)
                .query((row, number) -> new ModelId(row.getString("id")))
                .list()));
    }

    @Override
    public Map<ModelId, List<String>> aliases(Collection<ModelId> models) {
        String[] ids = models.stream().map(ModelId::value).toArray(String[]::new);
        Map<ModelId, List<String>> aliases = new HashMap<>();
        database.inTransaction(() -> database.jdbc()
                .sql("SELECT model, alias FROM model_alias WHERE model = ANY (?) ORDER BY alias")
                .param(ids)
                .query(row -> {
                    aliases.computeIfAbsent(new ModelId(row.getString("model")), model -> new ArrayList<>())
                            .add(row.getString("alias"));
                }));
        return aliases;
    }

    private static String order(ModelQuery query) {
        String column =
                switch (query.sortBy()) {
                    case CREATED_AT -> "created_at";
                    case VERSION -> "string_to_array(version, '.')::int[]";
                    case SIZE -> "size";
                };
        String direction = query.ascending() ? "ASC" : "DESC";
        return "ORDER BY %s %s, id %s".formatted(column, direction, direction);
    }

    private static @Nullable String name(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }
}
