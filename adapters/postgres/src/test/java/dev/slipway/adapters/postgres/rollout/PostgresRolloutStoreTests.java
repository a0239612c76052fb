package dev.slipway.adapters.postgres.rollout;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.TestRows;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.rollout.RolloutStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresRolloutStoreTests extends RolloutStoreContract {

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
    protected RolloutStore store() {
        return new PostgresRolloutStore(DATABASE);
    }

    @Override
    protected ServiceId service() {
        return TestRows.service(DATABASE);
    }
}
