package dev.slipway.adapters.postgres.batch;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.TestRows;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.testing.batch.BatchStoreContract;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresBatchStoreTests extends BatchStoreContract {
    private static final Database DATABASE = open();

    private final PostgresBatchStore store = new PostgresBatchStore(DATABASE);

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 12));
    }

    @BeforeAll
    static void migrate() {
        DATABASE.migrate();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Override
    protected BatchStore store() {
        return store;
    }

    @Override
    protected ServiceId service() {
        return TestRows.service(DATABASE);
    }

    /** The negative control of P1: with the wall taken down the tests that stand for it have to fail. */
    @Test
    void noticesAMissingExclusionConstraint() {
        TaskId task = planned(RECORDS);
        execute("ALTER TABLE batch_commit DROP CONSTRAINT batch_commit_once");
        try {
            assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> commitFromManySides(store, task));
        } finally {
            execute("DELETE FROM batch_commit");
            execute("ALTER TABLE batch_commit ADD CONSTRAINT batch_commit_once"
                    + " EXCLUDE USING gist (task WITH =, records WITH &&)");
        }
    }

    /** The other wall: a commit that does not ask the seal. */
    @Test
    void noticesAMissingSeal() {
        execute("CREATE FUNCTION unseal() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN NEW.sealed_end := NULL; RETURN NEW; END'");
        execute("CREATE TRIGGER unseal BEFORE UPDATE ON batch_task FOR EACH ROW EXECUTE FUNCTION unseal()");
        try {
            assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> sealAmongCommits(store, planned(RECORDS)));
        } finally {
            execute("DROP TRIGGER unseal ON batch_task");
            execute("DROP FUNCTION unseal()");
        }
    }

    private static void execute(String sql) {
        DATABASE.inTransaction(() -> {
            DATABASE.jdbc().sql(sql).update();
        });
    }
}
