package dev.slipway.adapters.postgres.instance;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceTemplate;
import dev.slipway.domain.service.InstanceSetStore;
import dev.slipway.domain.service.ServiceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Instance sets in PostgreSQL. Takes part in the transaction that it is called in. */
public final class PostgresInstanceSetStore implements InstanceSetStore {

    private final Database database;

    public PostgresInstanceSetStore(Database database) {
        this.database = database;
    }

    @Override
    public void want(ServiceId service, InstanceSet set, int count) {
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("""
                            INSERT INTO instance_set (id, service, template, count) VALUES (?, ?, ?::jsonb, ?)
                            ON CONFLICT (id) DO UPDATE SET count = excluded.count""")
                    .params(set.id().value(), service.value(), PostgresJson.write(set.template()), count)
                    .update();
        });
    }

    @Override
    public void forget(InstanceSetId set) {
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("DELETE FROM instance_set WHERE id = ?")
                    .param(set.value())
                    .update();
        });
    }

    @Override
    public List<WantedSet> of(ServiceId service) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT id, service, template, count FROM instance_set WHERE service = ? ORDER BY id")
                .param(service.value())
                .query((row, number) -> wanted(row))
                .list());
    }

    @Override
    public List<WantedSet> all() {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT id, service, template, count FROM instance_set ORDER BY id")
                .query((row, number) -> wanted(row))
                .list());
    }

    private static WantedSet wanted(ResultSet row) throws SQLException {
        InstanceTemplate template = PostgresJson.read(row.getString("template"), InstanceTemplate.class);
        InstanceSet set = new InstanceSet(new InstanceSetId(row.getString("id")), template);
        return new WantedSet(new ServiceId(row.getString("service")), set, row.getInt("count"));
    }
}
