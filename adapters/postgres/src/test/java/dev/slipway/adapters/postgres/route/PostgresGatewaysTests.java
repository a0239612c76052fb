package dev.slipway.adapters.postgres.route;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.route.GatewaysContract;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresGatewaysTests extends GatewaysContract {

    private static final TestDatabase PLACE = TestPostgres.shared().newDatabase();
    private static final Database DATABASE =
            Database.open(new DatabaseProperties(PLACE.url(), PLACE.user(), PLACE.password(), 4));

    private final GatewayLink link = PostgresGatewayLink.open(
            new DatabaseProperties(PLACE.url(), PLACE.gatewayUser(), PLACE.gatewayPassword(), 1));

    @BeforeAll
    static void migrate() {
        DATABASE.migrate();
    }

    @AfterAll
    static void closeDatabase() {
        DATABASE.close();
    }

    @AfterEach
    void closeLink() {
        link.close();
    }

    @Override
    protected Gateways gateways() {
        return new PostgresGateways(DATABASE);
    }

    @Override
    protected GatewayLink link() {
        return link;
    }

    @Override
    protected void publish(RouteDocument document) {
        DATABASE.inTransaction(() -> {
            DATABASE.jdbc()
                    .sql("""
                            INSERT INTO route_document (service, project, revision, open, versions) VALUES (?, ?, ?, ?, ?::jsonb)
                            ON CONFLICT (service) DO UPDATE SET revision = excluded.revision, versions = excluded.versions""")
                    .params(
                            document.service(),
                            document.project().value(),
                            document.revision(),
                            document.open(),
                            PostgresJson.write(document.versions()))
                    .update();
            wake(document.service());
        });
    }

    @Override
    protected void erase(String service) {
        DATABASE.inTransaction(() -> {
            DATABASE.jdbc()
                    .sql("DELETE FROM route_document WHERE service = ?")
                    .param(service)
                    .update();
            wake(service);
        });
    }

    private static void wake(String service) {
        DATABASE.jdbc()
                .sql("SELECT pg_notify(?, ?)")
                .params(PostgresGatewayLink.CHANNEL, service)
                .query((row, number) -> "")
                .list();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 FROM service",
                "SELECT 1 FROM model",
                "SELECT 1 FROM route_instance",
                "UPDATE route_document SET open = false",
                "DELETE FROM request_minute",
                "SELECT 1 FROM request_total",
                "CREATE TABLE own (id int)"
            })
    void theGatewaysRoleMayDoNothingElse(String statement) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(PLACE.url(), PLACE.gatewayUser(), PLACE.gatewayPassword());
                Statement sql = connection.createStatement()) {
            assertThatThrownBy(() -> sql.execute(statement)).hasMessageContaining("permission denied");
        }
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() {
        try (GatewayLink nowhere =
                PostgresGatewayLink.open(new DatabaseProperties("jdbc:postgresql://127.0.0.1:1/x", "a", "b", 1))) {
            assertThatThrownBy(nowhere::revisions).isInstanceOf(Unavailable.class);
        }
    }
}
