package dev.slipway.adapters.postgres.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayLink.Registration;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.parts.postgres.PostgresPart;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.route.Routes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the link promises beyond the contract: one statement a report, and a way out of every failure of its connection. */
class PostgresGatewayLinkTests {

    private static final Instant MINUTE = Instant.parse("2026-11-01T12:30:00Z");
    private static final TestDatabase PLACE = TestPostgres.shared().newDatabase();
    private static final Database DATABASE =
            Database.open(new DatabaseProperties(PLACE.url(), PLACE.user(), PLACE.password(), 4));

    private final GatewayIdentity gateway = Routes.gateway("gateway-" + UUID.randomUUID());
    private final PostgresGatewayLink link = PostgresGatewayLink.open(
            new DatabaseProperties(PLACE.url(), PLACE.gatewayUser(), PLACE.gatewayPassword(), 1));
    private final PostgresGateways gateways = new PostgresGateways(DATABASE);

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
        gateways.forget(gateway.id(), served -> {});
    }

    private static void execute(String statement) {
        DATABASE.inTransaction(() -> {
            DATABASE.jdbc().sql(statement).update();
        });
    }

    private static int number(String query) {
        return DATABASE.inTransaction(
                () -> DATABASE.jdbc().sql(query).query(Integer.class).single());
    }

    private int reported() {
        return number("SELECT count(*) FROM gateway_report WHERE gateway = '%s'".formatted(gateway.id()));
    }

    private static List<GatewayReport> reports(int services, MinuteCounts... counts) {
        return IntStream.range(0, services)
                .mapToObj(
                        i -> new GatewayReport("service-" + i, 1, Map.of(Routes.instance("v1", i), 2), List.of(counts)))
                .toList();
    }

    /** A trigger for each statement counts them: triggers for each row would count services and minutes. */
    @Test
    void aReportIsOneStatementHoweverMuchItTells() {
        execute("CREATE TABLE seen (tab text)");
        execute("""
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN INSERT INTO seen VALUES (TG_TABLE_NAME); RETURN NULL; END $$""");
        for (String table : List.of("gateway", "gateway_report", "request_minute")) {
            execute("CREATE TRIGGER see AFTER UPDATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION see()".formatted(table));
        }
        link.register(gateway);
        execute("DELETE FROM seen");
        int before = number("SELECT (pg_current_xact_id()::text::bigint % 1000000000)::int");
        link.report(
                gateway,
                reports(
                        200,
                        Routes.counts("v1", MINUTE, 1, 0, 0),
                        Routes.counts("v1", MINUTE.plusSeconds(60), 1, 0, 0),
                        Routes.counts("v2", MINUTE, 1, 0, 0)));
        int after = number("SELECT (pg_current_xact_id()::text::bigint % 1000000000)::int");

        assertThat(reported()).isEqualTo(200);
        assertThat(number("SELECT count(*) FROM request_minute")).isEqualTo(600);
        assertThat(number("SELECT count(*) FROM seen")).isEqualTo(3);
        assertThat(number("SELECT count(DISTINCT tab) FROM seen")).isEqualTo(3);
        assertThat(after - before).isEqualTo(2);
        for (String table : List.of("gateway", "gateway_report", "request_minute")) {
            execute("DROP TRIGGER see ON " + table);
        }
        execute("DELETE FROM request_minute");
    }

    @Test
    void aReportThatCannotBeWrittenIsWrittenInNoPart() {
        link.register(gateway);
        List<GatewayReport> twice = new ArrayList<>(reports(2, Routes.counts("v1", MINUTE, 1, 0, 0)));
        twice.addAll(reports(1));

        assertThatThrownBy(() -> link.report(gateway, twice)).isInstanceOf(Unavailable.class);

        assertThat(reported()).isZero();
        assertThat(gateways.totals("service-0").sent()).isZero();
        assertThat(link.report(gateway, reports(2))).isTrue();
        assertThat(reported()).isEqualTo(2);
    }

    @Test
    void theReportAfterRegisteringStaysTheWholeTruthIfItHasToBeSentAgain() {
        link.register(gateway);
        link.report(gateway, reports(3));
        link.register(gateway);
        List<GatewayReport> twice = new ArrayList<>(reports(1));
        twice.addAll(reports(1));

        assertThatThrownBy(() -> link.report(gateway, twice)).isInstanceOf(Unavailable.class);
        link.report(gateway, reports(1));

        assertThat(reported()).isEqualTo(1);
    }

    /** What it tells meanwhile is either released with it or void. */
    @Test
    void aReportWaitsForAnOperatorWhoForgetsTheGateway() throws Exception {
        link.register(gateway);
        link.report(gateway, reports(1));
        CountDownLatch forgotten = new CountDownLatch(1);
        CountDownLatch commit = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> operator = threads.submit(() -> gateways.forget(gateway.id(), served -> {
                forgotten.countDown();
                await(commit);
            }));
            forgotten.await();
            Future<Boolean> report =
                    threads.submit(() -> link.report(gateway, reports(2, Routes.counts("v1", MINUTE, 1, 0, 0))));
            Await.until(
                    "the report to wait",
                    () -> number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0,
                    () -> number("SELECT count(*) FROM pg_locks"));

            assertThat(report.isDone()).isFalse();

            commit.countDown();
            operator.get();

            assertThat(report.get()).isFalse();
        }
        assertThat(reported()).isZero();
        assertThat(gateways.totals("service-0").sent()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aDocumentThatCannotBeReadIsNamed() {
        String service = UUID.randomUUID().toString();
        execute(
                "INSERT INTO route_document (service, project, revision, open, versions) VALUES ('%s', '%s', 1, true, '{}')"
                        .formatted(service, Routes.PROJECT));

        assertThatThrownBy(() -> link.documents(List.of(service)))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining(service);
        assertThat(link.documents(List.of("another"))).isEmpty();
        execute("DELETE FROM route_document WHERE service = '%s'".formatted(service));
    }

    @Test
    void connectsAgainAfterTheServerHasCutIt() throws SQLException {
        link.register(gateway);
        try (Connection administrator = DriverManager.getConnection(
                        PLACE.url(),
                        PostgresPart.SUPERUSER,
                        TestPostgres.shared().part().superuserPassword());
                Statement sql = administrator.createStatement()) {
            sql.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '%s' AND datname = current_database()"
                            .formatted(PLACE.gatewayUser()));
        }

        assertThatThrownBy(() -> link.report(gateway, reports(1))).isInstanceOf(Unavailable.class);
        assertThat(link.report(gateway, reports(1))).isTrue();
        assertThat(reported()).isEqualTo(1);
    }

    /** A second link plays the first one's connection that was given up: its calls have earlier numbers. */
    @Test
    void whatArrivesAfterALaterCallDoesNothing() {
        try (PostgresGatewayLink late = PostgresGatewayLink.open(
                new DatabaseProperties(PLACE.url(), PLACE.gatewayUser(), PLACE.gatewayPassword(), 1))) {
            link.register(gateway);
            link.report(gateway, reports(2));
            link.report(gateway, reports(3));

            late.register(gateway);
            assertThat(gateways.holding("service-9", Set.of(Routes.instance("v1", 0))).stream()
                            .map(Gateways.Holding::gatewayId))
                    .as("it has not begun anew")
                    .doesNotContain(gateway.id());
            assertThat(late.report(gateway, List.of())).isFalse();
            assertThat(reported()).isEqualTo(3);

            late.deregister(gateway);
            assertThat(link.registration(gateway)).isEqualTo(Registration.OWN);
        }
    }

    @Test
    void tellsAnotherProcessFromItsOwn() {
        link.register(gateway);
        assertThat(link.registration(gateway)).isEqualTo(Registration.OWN);

        link.register(Routes.restarted(gateway));
        assertThat(link.registration(gateway)).isEqualTo(Registration.OF_ANOTHER_PROCESS);
    }

    @Test
    void closingItEndsAWait() throws Exception {
        assertThat(link.registration(gateway)).isEqualTo(Registration.NONE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch begun = new CountDownLatch(1);
            Future<?> waiting = threads.submit(() -> {
                begun.countDown();
                link.awaitChange(Duration.ofSeconds(60));
                return true;
            });
            begun.await();
            link.close();

            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(Unavailable.class);
        }
        assertThatThrownBy(link::revisions).isInstanceOf(Unavailable.class).hasMessageContaining("closed");
    }

    @Test
    void isNotWokenByItsOwnReports() throws InterruptedException {
        link.register(gateway);
        link.report(gateway, reports(1));

        assertThat(link.awaitChange(Duration.ofMillis(100))).isFalse();
    }

    @Test
    void anInterruptedThreadDoesNotWait() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> link.awaitChange(Duration.ofSeconds(60))).isInstanceOf(InterruptedException.class);
    }
}
