package dev.slipway.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.PostgresJson;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.route.IdentityFile;
import dev.slipway.adapters.postgres.route.IdentityLock;
import dev.slipway.adapters.postgres.route.PostgresGatewayLink;
import dev.slipway.adapters.postgres.route.PostgresGateways;
import dev.slipway.cli.command.CommandFailure;
import dev.slipway.cli.command.CommandTable;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore.EventQuery;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayLink;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.standalone.settings.FirstSettings;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.route.Routes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayCommandTests {

    private static final TestDatabase PLACE = TestPostgres.shared().newDatabase();

    private final Database database =
            Database.open(new DatabaseProperties(PLACE.url(), PLACE.user(), PLACE.password(), 2));
    private final GatewayLink link = PostgresGatewayLink.open(
            new DatabaseProperties(PLACE.url(), PLACE.gatewayUser(), PLACE.gatewayPassword(), 1));
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final String service = UUID.randomUUID().toString();
    private final String id = "gateway-" + UUID.randomUUID();

    @TempDir
    private Path temporary;

    private Path data = Path.of("");

    @BeforeEach
    void openFolder() throws IOException {
        database.migrate();
        data = DataFolder.open(temporary.resolve("data")).root();
        Files.writeString(
                data.resolve("slipway.yml"),
                FirstSettings.text()
                        + "database: {url: '%s', user: %s, password: '%s', gateway-user: %s, gateway-password: '%s'}\n"
                                .formatted(
                                        PLACE.url(),
                                        PLACE.user(),
                                        PLACE.password(),
                                        PLACE.gatewayUser(),
                                        PLACE.gatewayPassword()));
        link.register(Routes.gateway(id));
        publish(1);
        link.report(
                Routes.gateway(id),
                List.of(new GatewayReport(service, 1, Map.of(Routes.instance("v1", 0), 2), List.of())));
    }

    @AfterEach
    void close() {
        new PostgresGateways(database).registered().forEach(row -> new PostgresGateways(database)
                .forget(row.identity().id(), bond -> {}));
        database.inTransaction(() -> {
            database.jdbc().sql("DELETE FROM route_document").update();
        });
        link.close();
        database.close();
    }

    private void publish(long revision) {
        RouteDocument document = Routes.document(service, revision);
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("""
                            INSERT INTO route_document (service, project, revision, open, versions) VALUES (?, ?, ?, true, ?::jsonb)
                            ON CONFLICT (service) DO UPDATE SET revision = excluded.revision""")
                    .params(
                            document.service(),
                            document.project().value(),
                            revision,
                            PostgresJson.write(document.versions()))
                    .update();
        });
    }

    private void silentFor(String interval) {
        database.inTransaction(() -> {
            database.jdbc()
                    .sql("UPDATE gateway SET last_seen = now() - ?::interval")
                    .param(interval)
                    .update();
        });
    }

    private String run(String... words) throws Exception {
        assertThat(status(words)).isZero();
        return printed.toString(StandardCharsets.UTF_8);
    }

    private int status(String... words) throws Exception {
        printed.reset();
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--data", data.toString()));
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new CommandTable(new GatewayCommand(out, out), out, out).run(all);
    }

    private boolean isRegistered() {
        return link.registration(Routes.gateway(id)) == GatewayLink.Registration.OWN;
    }

    private List<Event> events() {
        return new PostgresEventStore(database)
                .list(service, new EventQuery(null, null, null, null, 0, 10, true))
                .events();
    }

    @Test
    void worksWithSettingsThatTheNextStartRefuses() throws Exception {
        Installation.open(DataFolder.existing(data).orElseThrow(), null).keepForCommands();
        Files.writeString(data.resolve("slipway.yml"), "databse: {}\n");

        String shown = run("list");

        assertThat(shown)
                .contains(id)
                .contains("line 1: 'databse' is no setting")
                .contains("the next start refuses that");
    }

    @Test
    void listsWhoIsRegisteredAndWhatItServes() throws Exception {
        silentFor("90 seconds");
        publish(4);

        assertThat(run("list"))
                .contains(id, "process 4711", "http://127.0.0.1:8080", "host, boot boot", " 9", " s ago")
                .contains("1 service, 0 with their current routes, 2 requests open")
                .contains("service " + service + ": has not applied revision 4 of the routes, it has 1");
    }

    @Test
    void saysThatNobodyIsRegistered() throws Exception {
        link.deregister(Routes.gateway(id));

        assertThat(run("list")).isEqualTo("no gateway is registered%n".formatted());
    }

    @Test
    void forgetsOneThatIsGoneWithAnEventOnEachServiceThatItServed() throws Exception {
        silentFor("10 minutes");
        publish(4);

        assertThat(run("forget", id))
                .contains(id + " is off the register")
                .contains("released service " + service)
                .contains("process 4711 of host host has ended");
        assertThat(isRegistered()).isFalse();
        assertThat(events()).singleElement().satisfies(event -> {
            assertThat(event.info()).contains(id).contains("forgotten by an operator");
            assertThat(event.cause())
                    .contains("has not applied revision 4")
                    .contains("2 requests open")
                    .contains("last heard of at");
            assertThat(event.advice()).contains("process 4711 of host host").contains("registers again by itself");
        });
    }

    @Test
    void refusesOneThatWasHeardOfLately() throws Exception {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> run("forget", id))
                .withMessageContaining("seems alive, as process 4711")
                .withMessageContaining("--force");
        assertThat(isRegistered()).isTrue();
        assertThat(events()).isEmpty();
    }

    @Test
    void forcedItForgetsAlsoOneThatSeemsAlive() throws Exception {
        assertThat(run("forget", id, "--force")).contains("is off the register");
        assertThat(isRegistered()).isFalse();
        assertThat(events()).hasSize(1);
    }

    /** Cut off from its database it is silent, and its lock shows that it lives. */
    @Test
    void refusesOneThatIsSilentAndHoldsItsIdentityHere() throws Exception {
        silentFor("10 minutes");
        Path folder = identityFolder();
        try (IdentityLock lock = Objects.requireNonNull(IdentityLock.tryTake(folder))) {
            assertThat(lock).isNotNull();
            assertThatExceptionOfType(CommandFailure.class)
                    .isThrownBy(() -> run("forget", id))
                    .withMessageContaining("seems alive");
        }
        assertThat(run("forget", id)).contains("is off the register").doesNotContain("Make sure");
        assertThat(Objects.requireNonNull(IdentityFile.read(folder)).registered())
                .isFalse();
    }

    private Path identityFolder() throws IOException {
        Path folder = Files.createDirectories(data.resolve("gateway").resolve("1"));
        GatewayIdentity gateway = Routes.gateway(id);
        new IdentityFile(id, gateway.hostId(), gateway.bootId(), gateway.pid(), gateway.processStart(), true)
                .write(folder);
        return folder;
    }

    @Test
    void namesTheKnownOnesWhereTheIdIsUnknown() throws Exception {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> run("forget", "gateway-x"))
                .withMessage("gateway 'gateway-x' is not registered; those that are: '%s'", id);
        link.deregister(Routes.gateway(id));
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> run("forget", "gateway-x"))
                .withMessageContaining("no gateway is");
    }

    @Test
    void saysHowItIsUsed() throws Exception {
        assertThat(status()).isEqualTo(CommandTable.WRONG_USE);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("./slipway gateway forget ID");
        assertThat(status("forget")).isEqualTo(CommandTable.WRONG_USE);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("expected:", "ID", "as list shows it");
        assertThat(status("list", "--force")).isEqualTo(CommandTable.WRONG_USE);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("'--force' is no option here");
        assertThat(status("forgett", id)).isEqualTo(CommandTable.WRONG_USE);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("'forgett' is no command, did you mean 'forget'");
    }
}
