package dev.slipway.adapters.postgres.request;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.domain.request.RequestKey;
import dev.slipway.domain.request.RequestStore;
import dev.slipway.domain.request.Started;
import java.util.Optional;
import java.util.function.Supplier;

/** {@link RequestStore} in PostgreSQL. Other stores of the same database that the command calls take part in the transaction. */
public final class PostgresRequestStore implements RequestStore {

    private final Database database;

    public PostgresRequestStore(Database database) {
        this.database = database;
    }

    @Override
    public Started once(RequestKey key, Supplier<Started> command) {
        return database.inTransaction(() -> {
            awaitOthersOf(key);
            return find(key).orElseGet(() -> keep(key, command.get()));
        });
    }

    /** Only one transaction of a key passes here at a time. */
    private void awaitOthersOf(RequestKey key) {
        database.jdbc()
                .sql("SELECT count(pg_advisory_xact_lock(hashtextextended(?, 0)))")
                .param("request/" + key)
                .query(Long.class)
                .single();
    }

    private Optional<Started> find(RequestKey key) {
        return database.jdbc()
                .sql("SELECT thing, resource, generation, task_id FROM request WHERE key = ?")
                .param(key.toString())
                .query((row, number) -> new Started(
                        Started.Thing.valueOf(row.getString("thing")),
                        row.getString("resource"),
                        row.getLong("generation"),
                        row.getString("task_id")))
                .optional();
    }

    private Started keep(RequestKey key, Started started) {
        database.jdbc()
                .sql("INSERT INTO request (key, thing, resource, generation, task_id) VALUES (?, ?, ?, ?, ?)")
                .param(key.toString())
                .param(started.thing().name())
                .param(started.id())
                .param(started.generation())
                .param(started.taskId())
                .update();
        return started;
    }
}
