package dev.slipway.adapters.postgres.instance;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.testing.instance.InstanceSetStoreContract;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresInstanceSetStoreTests extends InstanceSetStoreContract {

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
    protected InstanceSetStore store() {
        return new PostgresInstanceSetStore(DATABASE);
    }
}
