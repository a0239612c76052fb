package dev.slipway.acceptance;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.route.PostgresGatewayLink;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.route.GatewayIdentity;
import dev.slipway.domain.route.GatewayReport;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import dev.slipway.gateway.Gateway;
import dev.slipway.parts.RunningParts;
import dev.slipway.parts.folder.DataFolder;
import dev.slipway.standalone.installation.Installation;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.service.Services;
import dev.slipway.worker.WorkerApplication;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The worker with its embedded PostgreSQL, Temporal and object storage, all real, over a cluster in memory: as many services as a test
 * likes on one machine. {@link #close} ends everything and removes the folder.
 */
final class ManyServices implements AutoCloseable {

    private static final int SLOTS = 10_000;
    private static final int AT_ONCE = 50;

    final ProjectId project = Services.anyProject();
    final FakeCluster cluster = new FakeCluster();

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Path root;
    private final Installation installation;
    private final Database database;
    private final PostgresServiceStore services;
    private final PostgresModelStore models;
    private final TemporalConnection temporal;
    private final ServiceCommands commands;

    private ManyServices(Path root) throws IOException {
        this.root = root;
        Files.writeString(root.resolve("slipway.yml"), """
                pools:
                  - name: default
                    flavors:
                      - name: %s
                        cpu: 2
                        memory-mb: 8192
                        slots: %d
                accounts:
                  - name: slipway
                    projects: [local]
                    users:
                      - name: admin
                        password-secret: admin-password
                rollout:
                  bake: 1s
                """.formatted(Services.FLAVOR, SLOTS));
        installation = Installation.open(DataFolder.open(root), null);
        open(RunningParts.start(installation.parts(line -> {}), line -> {}));
        database = open(Database.open(installation.database()));
        database.migrate();
        open(WorkerApplication.start(installation.workerProperties(), cluster));
        services = new PostgresServiceStore(database);
        models = new PostgresModelStore(database);
        BackgroundWakes wakes = open(new BackgroundWakes());
        temporal = open(TemporalConnection.open(installation.temporal(), "test"));
        TemporalServiceWaker waker = new TemporalServiceWaker(new WorkflowSignals(temporal.client()));
        commands = new ServiceCommands(
                services, installation.settings().pools(), wakes.ofServices(waker), Clock.systemUTC());
    }

    static ManyServices start() throws IOException {
        return new ManyServices(Files.createTempDirectory("slipway-many-"));
    }

    Installation installation() {
        return installation;
    }

    Database database() {
        return database;
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    /** A published model of its own for each version. */
    Model model(String name, String version) {
        Model model = Services.published(project, name, version);
        models.change(model.id(), transaction -> {
            transaction.insert(model);
            transaction.save(model);
            return true;
        });
        return model;
    }

    /** A service of one instance. */
    ServiceId create(String name, Model model) {
        return commands.create(Services.caller(project), Services.creation(name, Services.request(model.id(), 1, 100)))
                .id();
    }

    /** Services that serve one instance of the model each. */
    List<ServiceId> createServing(String prefix, int count, Model model) {
        List<ServiceId> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(create("%s-%d".formatted(prefix, i), model));
            if (ids.size() % AT_ONCE == 0 || ids.size() == count) {
                ids.subList((ids.size() - 1) / AT_ONCE * AT_ONCE, ids.size())
                        .forEach(id -> awaitState(id, ServiceState.RUNNING, Duration.ofMinutes(5)));
            }
        }
        return ids;
    }

    void update(ServiceId id, Model model) {
        EntryRequest entry = Services.request(model.id(), 1, 100);
        commands.update(project, id, ServiceUpdate.ofConfig(before -> List.of(entry)));
    }

    void stop(ServiceId id) {
        commands.update(project, id, ServiceUpdate.ofStatus(Wanted.STOPPED));
    }

    void delete(ServiceId id) {
        commands.delete(project, List.of(id));
    }

    Service service(ServiceId id) {
        return services.find(id).orElseThrow();
    }

    /** Events in the history of the workflow's current run. */
    long historyLength(String workflowId) {
        return temporal.client()
                .newUntypedWorkflowStub(workflowId)
                .describe()
                .getWorkflowExecutionInfo()
                .getHistoryLength();
    }

    /** Transactions that the database has committed, and rows that it has read for them, since it was made. */
    long[] transactionsAndRows() {
        return database.jdbc()
                .sql("SELECT xact_commit, tup_returned FROM pg_stat_database WHERE datname = current_database()")
                .query((row, number) -> new long[] {row.getLong(1), row.getLong(2)})
                .single();
    }

    /** How long that took. */
    Duration awaitState(ServiceId id, ServiceState state, Duration within) {
        Instant began = Instant.now();
        Await.until(
                "service '%s' is %s".formatted(id, state),
                within,
                () -> service(id).state() == state && service(id).isSettled(),
                () -> "%s %s".formatted(service(id).state(), service(id).numbers()));
        return Duration.between(began, Instant.now());
    }

    /** A gateway over sockets, which follows the routes of all services. */
    void startGateway() {
        open(Gateway.start(installation.gatewayProperties(true)));
    }

    /** A gateway that serves these services as they stand, and then is neither heard of nor known to be dead. */
    void cutOffGateway(List<ServiceId> serving) {
        GatewayIdentity identity = new GatewayIdentity(
                "cut-off",
                "another-machine",
                "boot",
                4711,
                "start",
                "127.0.0.1:1",
                Instant.now().truncatedTo(ChronoUnit.MICROS));
        try (PostgresGatewayLink link = PostgresGatewayLink.open(installation.gatewayDatabase())) {
            link.register(identity);
            List<String> ids = serving.stream().map(ServiceId::value).toList();
            link.report(
                    identity,
                    link.documents(ids).stream()
                            .map(document ->
                                    new GatewayReport(document.service(), document.revision(), Map.of(), List.of()))
                            .toList());
        }
    }

    @Override
    public void close() throws IOException {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) { // an edge: whatever it is, the test has to hear of it
                throw new IOException("a part of '%s' cannot be closed".formatted(root), e);
            }
        }
        try (Stream<Path> all = Files.walk(root)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
