package dev.slipway.adapters.postgres.wait;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.wait.WaitStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresWaitStoreTests extends WaitStoreContract {

    private static final Database DATABASE = open();

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 10));
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
    protected WaitStore store() {
        return new PostgresWaitStore(DATABASE);
    }
}
