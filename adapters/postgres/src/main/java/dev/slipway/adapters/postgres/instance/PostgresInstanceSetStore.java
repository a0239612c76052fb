package dev.slipway.adapters.postgres.instance;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.Notifications;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.instance.DesiredSet;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.instance.SetStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Instance sets in PostgreSQL. Takes part in the current transaction. A change of desired state notifies {@link
 * Notifications.Channel#DESIRED_STATE} at the commit.
 */
public final class PostgresInstanceSetStore implements InstanceSetStore {

    private static final String SELECT = """
            SELECT id, owner, template, count, leaving, revision, CASE WHEN observed_revision >= created_revision THEN observed END AS seen,
                observed_revision >= revision AS current
            FROM instance_set\s""";

    private final Database database;

    public PostgresInstanceSetStore(Database database) {
        this.database = database;
    }

    @Override
    public void want(SetOwner owner, InstanceSet set, int count) {
        database.inTransaction(() -> {
            int changed = jdbc().sql("""
                            INSERT INTO instance_set (id, owner, template, count) VALUES (?, ?, ?::jsonb, ?)
                            ON CONFLICT (id) DO UPDATE SET count = excluded.count, revision = nextval('instance_set_revision')
                            WHERE instance_set.count <> excluded.count""")
                    .params(set.id().value(), owner.value(), PostgresJson.write(set.template()), count)
                    .update();
            notifyIf(changed);
        });
    }

    @Override
    public void scaleDown(InstanceSetId set, int count, Set<InstanceId> leaving) {
        database.inTransaction(() -> {
            int changed = jdbc().sql("""
                            UPDATE instance_set
                            SET count = least(count, :count),
                                leaving = ARRAY(SELECT DISTINCT each FROM unnest(leaving || :leaving::text[]) each ORDER BY each),
                                revision = nextval('instance_set_revision')
                            WHERE id = :id AND (count > :count OR NOT leaving @> :leaving::text[])""")
                    .param("id", set.value())
                    .param("count", count)
                    .param("leaving", texts(leaving.stream()))
                    .update();
            notifyIf(changed);
        });
    }

    @Override
    public void replace(InstanceId instance) {
        scaleDown(instance.set(), Integer.MAX_VALUE, Set.of(instance));
    }

    @Override
    public void forget(InstanceSetId set) {
        database.inTransaction(() -> {
            int changed = jdbc().sql("DELETE FROM instance_set WHERE id = ?")
                    .param(set.value())
                    .update();
            notifyIf(changed);
        });
    }

    private void notifyIf(int changed) {
        if (changed > 0) {
            Notifications.Channel.DESIRED_STATE.notify(jdbc());
        }
    }

    @Override
    public List<Row> of(SetOwner owner) {
        return read("WHERE owner = ? ORDER BY id", owner.value());
    }

    @Override
    public Map<SetOwner, List<Row>> of(Collection<SetOwner> owners) {
        String[] ids = owners.stream().map(SetOwner::value).toArray(String[]::new);
        return read("WHERE owner = ANY (?) ORDER BY id", (Object) ids).stream()
                .collect(Collectors.groupingBy(Row::owner));
    }

    @Override
    public Optional<Row> find(InstanceSetId set) {
        return read("WHERE id = ?", set.value()).stream().findFirst();
    }

    @Override
    public List<Row> find(Collection<InstanceSetId> sets) {
        String[] ids = sets.stream().map(InstanceSetId::value).toArray(String[]::new);
        return read("WHERE id = ANY (?) ORDER BY id", (Object) ids);
    }

    @Override
    public List<Row> all() {
        return read("ORDER BY id");
    }

    private List<Row> read(String where, Object... parameters) {
        return database.inTransaction(() -> jdbc().sql(SELECT + where)
                .params(parameters)
                .query((row, number) -> row(row))
                .list());
    }

    @Override
    public void observe(SetStatus status, long revision) {
        Stream<InstanceId> living = status.instances().stream()
                .filter(instance -> instance.state() != InstanceState.EXITED)
                .map(Instance::id);
        database.inTransaction(() -> {
            jdbc().sql("""
                            UPDATE instance_set
                            SET observed = :observed::jsonb, observed_revision = :revision,
                                leaving = CASE WHEN :revision >= revision
                                    THEN ARRAY(SELECT each FROM unnest(leaving) each WHERE each = ANY (:living)) ELSE leaving END
                            WHERE id = :id AND :revision >= greatest(created_revision, observed_revision)""")
                    .param("id", status.id().value())
                    .param("observed", PostgresJson.write(status))
                    .param("revision", revision)
                    .param("living", texts(living))
                    .update();
        });
    }

    private static String[] texts(Stream<InstanceId> ids) {
        return ids.map(InstanceId::toString).toArray(String[]::new);
    }

    private static Row row(ResultSet row) throws SQLException {
        InstanceTemplate template = PostgresJson.read(row.getString("template"), InstanceTemplate.class);
        InstanceSet set = new InstanceSet(new InstanceSetId(row.getString("id")), template);
        Set<InstanceId> leaving = Arrays.stream(
                        (String[]) row.getArray("leaving").getArray())
                .map(InstanceId::parse)
                .collect(Collectors.toSet());
        int count = row.getInt("count");
        String seen = row.getString("seen");
        SetStatus observed = seen == null
                ? new SetStatus(set.id(), count, List.of(), null)
                : PostgresJson.read(seen, SetStatus.class);
        return new Row(
                new SetOwner(row.getString("owner")),
                new DesiredSet(set, count, leaving, row.getLong("revision")),
                observed.withWanted(count),
                row.getBoolean("current"));
    }

    private JdbcClient jdbc() {
        return database.jdbc();
    }
}
