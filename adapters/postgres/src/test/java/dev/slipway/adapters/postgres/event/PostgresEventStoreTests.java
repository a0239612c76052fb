package dev.slipway.adapters.postgres.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.event.EventStore.EventSubject;
import dev.slipway.domain.model.Model;
import dev.slipway.testing.event.EventStoreContract;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PostgresEventStoreTests extends EventStoreContract {

    private static final Database DATABASE = open();

    private static Database open() {
        TestDatabase database = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 8));
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
    protected EventStore store() {
        return new PostgresEventStore(DATABASE);
    }

    @Override
    protected String model() {
        Model model = Models.asked("old", "0.0.1");
        new PostgresModelStore(DATABASE).change(model.id(), row -> {
            row.insert(model);
            return row;
        });
        return model.id().value();
    }

    @Test
    void keepsTheEventsOfServicesWhenThoseOfModelsAreRemoved() {
        store().record(event("service", "stays"));

        store().removeOlderThan(EventSubject.MODEL, Models.NOON.plus(Duration.ofDays(1)), 1000);

        assertThat(list(query(null, null, 0, 10))).hasSize(1);
    }
}
