package dev.slipway.adapters.postgres.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelTransaction;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.service.ServiceStoreContract;
import dev.slipway.testing.service.Services;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import tools.jackson.core.type.TypeReference;

class PostgresServiceStoreTests extends ServiceStoreContract {

    private static Database database = open();

    private final PostgresServiceStore store = new PostgresServiceStore(database);
    private final PostgresModelStore models = new PostgresModelStore(database);
    private final PostgresEventStore events = new PostgresEventStore(database);

    private static Database open() {
        TestDatabase test = TestPostgres.shared().newDatabase();
        return Database.open(new DatabaseProperties(test.url(), test.user(), test.password(), 12));
    }

    @BeforeAll
    static void migrate() {
        database.migrate();
    }

    @AfterAll
    static void close() {
        database.close();
    }

    @Override
    protected ServiceStore store() {
        return store;
    }

    @Override
    protected void put(Model model) {
        models.change(model.id(), transaction -> {
            if (transaction.model().isEmpty()) {
                transaction.insert(model);
                transaction.save(model);
            }
            return 0;
        });
    }

    @Override
    protected List<Event> events(ServiceId id) {
        return events.list(id.value(), new EventStore.EventQuery(null, null, null, null, 0, 100, true))
                .events();
    }

    @Override
    protected Optional<RouteDocument> document(ServiceId id) {
        return database.inTransaction(() -> database.jdbc()
                .sql("SELECT revision, open, versions, host_headers FROM route_document WHERE service = ?")
                .param(id.value())
                .query((row, number) -> new RouteDocument(
                        id.value(),
                        store.find(id).map(Service::project).orElseThrow(),
                        row.getLong("revision"),
                        row.getBoolean("open"),
                        PostgresJson.read(
                                row.getString("versions"), new TypeReference<List<RouteDocument.Version>>() {}),
                        List.of((String[]) row.getArray("host_headers").getArray())))
                .optional());
    }

    @Override
    protected boolean isNamed(ModelId model) {
        return models.<List<ModelTransaction.NamedBy>>change(model, transaction -> transaction.namedBy())
                        .size()
                > 0;
    }

    @Test
    void wakesGatewaysAtTheCommit() throws SQLException {
        try (Connection listening = database.dataSource().getConnection()) {
            listening.createStatement().execute("LISTEN slipway_route");
            Model model = Services.published(Services.anyProject(), "iris", "0.0.1");
            put(model);
            Service draft = Services.draft(model.project(), "one", model);
            store.create(draft, transaction -> 0);

            PGNotification[] heard = listening.unwrap(PGConnection.class).getNotifications(10_000);
            assertThat(heard)
                    .extracting(PGNotification::getParameter)
                    .contains(draft.id().value());
        }
    }
}
