package dev.slipway.adapters.postgres.rollout;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.rollout.RolloutOutcome;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.wave.Snapshot;
import java.util.List;
import java.util.Optional;

/** Rollouts in PostgreSQL. Takes part in the current transaction. */
public final class PostgresRolloutStore implements RolloutStore {

    private final Database database;

    public PostgresRolloutStore(Database database) {
        this.database = database;
    }

    @Override
    public Snapshot takeSnapshot(ServiceId service, long generation, Snapshot snapshot) {
        return database.inTransaction(() -> {
            database.jdbc()
                    .sql("""
                            INSERT INTO rollout (service, generation, snapshot) VALUES (?, ?, ?::jsonb)
                            ON CONFLICT (service, generation) DO NOTHING""")
                    .params(service.value(), generation, PostgresJson.write(snapshot))
                    .update();
            return row(service, generation).orElseThrow().snapshot();
        });
    }

    @Override
    public Settled settle(ServiceId service, long generation, Settled settled) {
        return database.inTransaction(() -> {
            database.jdbc()
                    .sql("""
                            UPDATE rollout SET outcome = ?, cause = ?
                            WHERE service = ? AND generation = ? AND outcome IS NULL""")
                    .param(settled.outcome().name())
                    .param(settled.cause())
                    .param(service.value())
                    .param(generation)
                    .update();
            return row(service, generation).map(Row::settled).orElse(settled);
        });
    }

    @Override
    public Optional<Row> find(ServiceId service, long generation) {
        return database.inTransaction(() -> row(service, generation));
    }

    @Override
    public List<Long> unsettled(ServiceId service) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT generation FROM rollout WHERE service = ? AND outcome IS NULL ORDER BY generation")
                .param(service.value())
                .query(Long.class)
                .list());
    }

    @Override
    public void addVerdict(ServiceId service, long generation, VerdictRow verdict) {
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("""
                            UPDATE rollout SET verdicts = (
                                CASE WHEN jsonb_array_length(verdicts) >= :most THEN verdicts - 0 ELSE verdicts END) || :verdict::jsonb
                            WHERE service = :service AND generation = :generation""")
                    .param("most", VERDICTS_KEPT)
                    .param("verdict", PostgresJson.write(verdict))
                    .param("service", service.value())
                    .param("generation", generation)
                    .update();
        });
    }

    @Override
    public List<VerdictRow> verdicts(ServiceId service, long generation) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT verdicts FROM rollout WHERE service = ? AND generation = ?")
                .params(service.value(), generation)
                .query(String.class)
                .optional()
                .map(json -> List.of(PostgresJson.read(json, VerdictRow[].class)))
                .orElse(List.of()));
    }

    private Optional<Row> row(ServiceId service, long generation) {
        return database.jdbc()
                .sql("SELECT snapshot, outcome, cause FROM rollout WHERE service = ? AND generation = ?")
                .params(service.value(), generation)
                .query((row, number) -> {
                    String outcome = row.getString("outcome");
                    return new Row(
                            PostgresJson.read(row.getString("snapshot"), Snapshot.class),
                            outcome == null
                                    ? null
                                    : new Settled(RolloutOutcome.valueOf(outcome), row.getString("cause")));
                })
                .optional();
    }
}
