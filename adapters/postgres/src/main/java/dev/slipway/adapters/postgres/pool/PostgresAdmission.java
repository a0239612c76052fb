package dev.slipway.adapters.postgres.pool;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pool;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Invalid;
import dev.slipway.domain.problem.NoCapacity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Admission as rows: {@code pool_flavor} has the slots, and its row is the lock; {@code claim} has who holds slots and who waits for
 * them. A claim that its service or task does not want any more is skipped; its owner or the sweeper releases it.
 */
public final class PostgresAdmission implements Admission {

    /** Whether the holder still wants slots, by its row; {@code false} for unknown kinds of holders. */
    private static final String WANTED = """
            CASE split_part(claim.holder, '/', 1)
                WHEN 'service' THEN EXISTS (
                    SELECT FROM service WHERE service.id = split_part(claim.holder, '/', 2)
                    AND service.wanted = 'RUNNING' AND service.state NOT IN ('FAILED', 'FINISHED'))
                WHEN 'task' THEN EXISTS (
                    SELECT FROM service WHERE service.task_id = split_part(claim.holder, '/', 2)
                    AND service.wanted = 'RUNNING' AND service.state NOT IN ('FAILED', 'FINISHED')
                    AND NOT EXISTS (
                        SELECT FROM batch_task WHERE batch_task.id = service.task_id AND batch_task.status = 'PAUSED'))
                WHEN 'model' THEN EXISTS (
                    SELECT FROM model WHERE model.id = split_part(claim.holder, '/', 2) AND model.status = 'PUBLISHING')
                ELSE false
            END""";

    private final Database database;
    private final Clock clock;

    public PostgresAdmission(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Writes the pools of the settings and the pool of imports. A flavor that is not in the settings any more gets 0 slots: its holders
     * keep theirs, and its row is removed once there is no claim on it. Called at each start.
     */
    public void syncPools(Pools pools) {
        database.inTransaction(() -> {
            jdbc().sql("SELECT count(*) FROM (SELECT FROM pool_flavor ORDER BY pool, flavor FOR UPDATE) locked")
                    .query(Long.class)
                    .single();
            jdbc().sql("UPDATE pool_flavor SET slots = 0").update();
            for (Pool pool : pools.withImports()) {
                for (Pool.PoolFlavor flavor : pool.flavors()) {
                    put(pool.name(), flavor.flavor().name(), flavor.slots());
                }
            }
            jdbc().sql(
                            "DELETE FROM pool_flavor f WHERE slots = 0 AND NOT EXISTS (SELECT FROM claim WHERE pool = f.pool AND flavor = f.flavor)")
                    .update();
        });
    }

    @Override
    public Grant claim(Claim claim) {
        return database.inTransaction(() -> {
            FlavorRow flavorRow = lock(claim.pool(), claim.flavor());
            Optional<Row> before = row(claim.holder());
            before.filter(row -> !row.lies(flavorRow)).ifPresent(row -> {
                throw new IllegalArgumentException("holder '%s' holds '%s' of pool '%s' and claims '%s' of pool '%s'"
                        .formatted(claim.holder(), row.flavor(), row.pool(), claim.flavor(), claim.pool()));
            });
            int held = before.map(Row::granted).orElse(0);
            if (claim.count() > Math.max(flavorRow.slots(), held)) {
                throw new NoCapacity(
                        ErrorCode.NO_RESOURCES,
                        "pool '%s' has %d slots for specification '%s', expected at most so many instances, found %d"
                                .formatted(claim.pool(), flavorRow.slots(), claim.flavor(), claim.count()));
            }
            write(claim, before, held);
            grantNext(flavorRow);
            jdbc().sql("UPDATE claim SET seen = true WHERE holder = ? AND granted >= wanted")
                    .param(claim.holder().value())
                    .update();
            return standingNow(claim.holder());
        });
    }

    @Override
    public Grant standing(Holder holder) {
        return database.inTransaction(() -> standingNow(holder));
    }

    @Override
    public List<String> release(Holder holder) {
        return database.inTransaction(() -> give(holder));
    }

    @Override
    public List<String> releaseAll(String holderPrefix) {
        return database.inTransaction(() -> {
            // In the order of the locks, so that two calls cannot deadlock.
            List<Holder> holders = jdbc().sql(
                            "SELECT holder FROM claim WHERE starts_with(holder, ?) ORDER BY pool, flavor, holder")
                    .param(holderPrefix)
                    .query((row, number) -> new Holder(row.getString("holder")))
                    .list();
            List<String> wakes = new ArrayList<>();
            holders.forEach(holder -> wakes.addAll(give(holder)));
            return wakes;
        });
    }

    @Override
    public int free(String pool, String flavor) {
        return database.inTransaction(() -> jdbc().sql("""
                        SELECT coalesce((SELECT slots FROM pool_flavor WHERE pool = :pool AND flavor = :flavor), 0)
                            - coalesce((SELECT sum(granted) FROM claim WHERE pool = :pool AND flavor = :flavor), 0)""")
                .param("pool", pool)
                .param("flavor", flavor)
                .query(Integer.class)
                .single());
    }

    @Override
    public List<String> grantWaiting() {
        List<FlavorRow> waited = database.inTransaction(
                () -> jdbc().sql("""
                        SELECT DISTINCT pool_flavor.pool, pool_flavor.flavor, slots
                        FROM pool_flavor JOIN claim USING (pool, flavor) WHERE granted < wanted""").query(PostgresAdmission::flavorRow).list());
        for (FlavorRow flavorRow : waited) {
            database.inTransaction(() -> grantNext(lock(flavorRow.pool(), flavorRow.flavor())));
        }
        return database.inTransaction(() -> jdbc().sql("SELECT wakes FROM claim WHERE NOT seen AND granted >= wanted")
                .query(String.class)
                .list());
    }

    @Override
    public List<Holder> unwanted() {
        return database.inTransaction(
                () -> jdbc().sql("SELECT holder FROM claim WHERE NOT (%s) ORDER BY ordinal".formatted(WANTED))
                        .query((row, number) -> new Holder(row.getString("holder")))
                        .list());
    }

    @Override
    public List<String> releaseUnwanted(Holder holder) {
        return database.inTransaction(() -> {
            Optional<Row> row = row(holder);
            if (row.isEmpty()) {
                return List.of();
            }
            // A start that comes now claims under this lock after this transaction, finds its old claim gone, and makes
            // another.
            lock(row.get().pool(), row.get().flavor());
            boolean wanted = jdbc().sql("SELECT count(*) FROM claim WHERE holder = ? AND (%s)".formatted(WANTED))
                            .param(holder.value())
                            .query(Long.class)
                            .single()
                    > 0;
            return wanted ? List.of() : give(holder);
        });
    }

    private void write(Claim claim, Optional<Row> before, int held) {
        if (before.isEmpty()) {
            jdbc().sql("""
                            INSERT INTO claim (holder, pool, flavor, wanted, priority, wakes, claimed_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?)""")
                    .params(
                            claim.holder().value(),
                            claim.pool(),
                            claim.flavor(),
                            claim.count(),
                            claim.priority(),
                            claim.wakes(),
                            Timestamp.from(clock.instant()))
                    .update();
            return;
        }
        jdbc().sql("UPDATE claim SET wanted = ?, granted = least(granted, ?), priority = ?, wakes = ? WHERE holder = ?")
                .params(
                        claim.count(),
                        claim.count(),
                        claim.priority(),
                        claim.wakes(),
                        claim.holder().value())
                .update();
        boolean beginsToWait = claim.count() > held && !before.get().waits();
        if (beginsToWait) {
            // It keeps what it holds, and queues for more.
            jdbc().sql("""
                            UPDATE claim SET ordinal = nextval(pg_get_serial_sequence('claim', 'ordinal')), claimed_at = ?
                            WHERE holder = ?""")
                    .params(Timestamp.from(clock.instant()), claim.holder().value())
                    .update();
        }
    }

    /** Grants from the head of the queue until one does not fit; returns the wakes of those granted. */
    private List<String> grantNext(FlavorRow flavorRow) {
        int free = free(flavorRow.pool(), flavorRow.flavor());
        List<String> wakes = new ArrayList<>();
        List<Row> queue = jdbc().sql("""
                        SELECT * FROM claim WHERE pool = ? AND flavor = ? AND granted < wanted AND (%s)
                        ORDER BY priority DESC, ordinal""".formatted(WANTED))
                .params(flavorRow.pool(), flavorRow.flavor())
                .query(PostgresAdmission::row)
                .list();
        for (Row next : queue) {
            int more = next.wanted() - next.granted();
            if (more > free) {
                break;
            }
            free -= more;
            jdbc().sql("UPDATE claim SET granted = wanted, seen = false WHERE holder = ?")
                    .param(next.holder())
                    .update();
            wakes.add(next.wakes());
        }
        return wakes;
    }

    private List<String> give(Holder holder) {
        Optional<Row> row = row(holder);
        if (row.isEmpty()) {
            return List.of();
        }
        FlavorRow flavorRow = lock(row.get().pool(), row.get().flavor());
        jdbc().sql("DELETE FROM claim WHERE holder = ?").param(holder.value()).update();
        return grantNext(flavorRow);
    }

    private Grant standingNow(Holder holder) {
        Optional<Row> found = row(holder);
        if (found.isEmpty()) {
            return new Grant.None();
        }
        Row row = found.get();
        if (!row.waits()) {
            return new Grant.Granted(row.granted());
        }
        int ahead = jdbc().sql("""
                        SELECT count(*) FROM claim WHERE pool = ? AND flavor = ? AND granted < wanted AND (%s)
                        AND (priority > ? OR priority = ? AND ordinal < ?)""".formatted(WANTED))
                .params(row.pool(), row.flavor(), row.priority(), row.priority(), row.ordinal())
                .query(Integer.class)
                .single();
        return new Grant.Waiting(ahead + 1, row.wanted(), free(row.pool(), row.flavor()), row.claimedAt());
    }

    private FlavorRow lock(String pool, String flavor) {
        return jdbc().sql("SELECT pool, flavor, slots FROM pool_flavor WHERE pool = ? AND flavor = ? FOR UPDATE")
                .params(pool, flavor)
                .query(PostgresAdmission::flavorRow)
                .optional()
                .orElseThrow(() -> new Invalid(
                        ErrorCode.FLAVOR_UNKNOWN,
                        "specification '%s' does not exist in pool '%s'".formatted(flavor, pool)));
    }

    private Optional<Row> row(Holder holder) {
        return jdbc().sql("SELECT * FROM claim WHERE holder = ?")
                .param(holder.value())
                .query(PostgresAdmission::row)
                .optional();
    }

    private void put(String pool, String flavor, int slots) {
        jdbc().sql("""
                        INSERT INTO pool_flavor (pool, flavor, slots) VALUES (?, ?, ?)
                        ON CONFLICT (pool, flavor) DO UPDATE SET slots = excluded.slots""").params(pool, flavor, slots).update();
    }

    private static FlavorRow flavorRow(ResultSet row, int number) throws SQLException {
        return new FlavorRow(row.getString("pool"), row.getString("flavor"), row.getInt("slots"));
    }

    private static Row row(ResultSet row, int number) throws SQLException {
        return new Row(
                row.getString("holder"),
                row.getString("pool"),
                row.getString("flavor"),
                row.getInt("wanted"),
                row.getInt("granted"),
                row.getInt("priority"),
                row.getLong("ordinal"),
                row.getString("wakes"),
                row.getTimestamp("claimed_at").toInstant());
    }

    private JdbcClient jdbc() {
        return database.jdbc();
    }

    /** A row of {@code pool_flavor}: the slots of a flavor in a pool. */
    private record FlavorRow(String pool, String flavor, int slots) {}

    private record Row(
            String holder,
            String pool,
            String flavor,
            int wanted,
            int granted,
            int priority,
            long ordinal,
            String wakes,
            Instant claimedAt) {

        boolean waits() {
            return granted < wanted;
        }

        boolean lies(FlavorRow flavorRow) {
            return pool.equals(flavorRow.pool()) && flavor.equals(flavorRow.flavor());
        }
    }
}
