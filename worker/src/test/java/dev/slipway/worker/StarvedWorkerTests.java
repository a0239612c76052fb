package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestObjectStore;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.part.TestTemporal;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.api.enums.v1.WorkflowTaskFailedCause;
import io.temporal.api.history.v1.HistoryEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker that shares one processor with eight busy loops from its first task on: services start and are upgraded and a job runs. What that
 * must not cost is counted in the histories. {@code benchmarks/starved} runs it beside its control, where the limits are the SDK's own.
 */
@Timeout(600)
class StarvedWorkerTests {

    private static final int BUSY_LOOPS = 8;
    private static final int SERVICES = Integer.getInteger("slipway.starved.services", 2);
    private static final boolean CONTROL = Boolean.getBoolean("slipway.starved.control");
    private static final Duration LONG = Duration.ofMinutes(4);

    private final Path folder;
    private final ProjectId project = Services.anyProject();
    private final String bucket = "starved-" + UUID.randomUUID();
    private final TestDatabase database = TestPostgres.shared().newDatabase();
    private final TestObjectStore objects = TestObjectStore.shared();
    private final S3ObjectStore store = S3ObjectStore.open(new ObjectStoreProperties(
            objects.endpoint(), TestObjectStore.REGION, objects.accessKey(), objects.secretKey()));
    private final TemporalConnection temporal = TemporalConnection.open(
            new TemporalProperties(TestTemporal.shared().address(), TestTemporal.NAMESPACE), "test");
    private final HttpServer model;
    private @Nullable WorkerProcess worker;

    StarvedWorkerTests(@TempDir Path folder) throws IOException {
        this.folder = folder;
        model = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        model.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] answer = "{\"fine\":true}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(answer);
            }
        });
        model.start();
    }

    @AfterEach
    void close() {
        WorkerProcess started = worker;
        if (started != null) {
            started.close();
        }
        model.stop(0);
        store.close();
        temporal.close();
    }

    /**
     * What went wrong only because it took long.
     *
     * @param failedTasks workflow tasks that failed, or ended by their own limit
     * @param lostHeartbeats activities of which nothing was heard in time, and other limits of them
     */
    private record Lost(List<String> failedTasks, List<String> lostHeartbeats) {}

    @Test
    void losesNothingByItsOwnLimits() throws Exception {
        assumeThat(BusyProcessor.isPossible()).as("taskset").isTrue();
        store.createBucket(bucket);
        for (int i = 0; i < 8; i++) {
            store.put(new ObjectUri(bucket, "in/%d.json".formatted(i)), "{}".getBytes(StandardCharsets.UTF_8));
        }
        Lost lost;
        Instant begun = Instant.now();
        try (Database rows = Database.open(properties())) {
            rows.migrate();
            BusyProcessor busy = new BusyProcessor(BUSY_LOOPS, startWorker());
            try {
                lost = doAll(rows);
            } finally {
                busy.close();
            }
        }
        System.out.printf(
                "starved: %d services and a job in %d s, control %s: %d workflow tasks failed, %d heartbeats lost%n",
                SERVICES,
                Duration.between(begun, Instant.now()).toSeconds(),
                CONTROL,
                lost.failedTasks().size(),
                lost.lostHeartbeats().size());
        if (CONTROL) {
            assertThat(lost.failedTasks()).as("the control has to see some").isNotEmpty();
        } else {
            assertThat(lost).isEqualTo(new Lost(List.of(), List.of()));
        }
    }

    private Lost doAll(Database rows) {
        PostgresServiceStore services = new PostgresServiceStore(rows);
        ServiceCommands commands = new ServiceCommands(
                services,
                Services.pools(100),
                new TemporalServiceWaker(new WorkflowSignals(temporal.client())),
                Clock.systemUTC());
        Model first = published(rows, "0.0.1");
        Model second = published(rows, "0.0.2");
        List<ServiceId> ids = new ArrayList<>();
        for (int i = 0; i < SERVICES; i++) {
            ids.add(commands.create(
                            Services.caller(project),
                            Services.creation("iris-" + i, Services.request(first.id(), 1, 100)))
                    .id());
        }
        ids.forEach(id -> await(services, id, ServiceState.RUNNING));
        for (ServiceId id : ids) {
            commands.update(
                    project, id, ServiceUpdate.ofConfig(before -> List.of(Services.request(second.id(), 1, 100))));
        }
        ids.forEach(id -> await(services, id, ServiceState.RUNNING));
        Service job = commands.create(Services.caller(project), Services.batchCreation("job", job(first)));
        await(services, job.id(), ServiceState.FINISHED);
        List<String> workflows = new ArrayList<>(ids.stream()
                .map(id -> lifecycle(services.find(id).orElseThrow()))
                .toList());
        workflows.add(lifecycle(job));
        workflows.add(WorkflowIds.job(job.name(), String.valueOf(job.taskId()), 1));
        return lost(workflows);
    }

    private static String lifecycle(Service service) {
        return WorkflowIds.service(service.name(), service.id().value());
    }

    private EntryRequest job(Model model) {
        BatchEntry entry = new BatchEntry(
                new ObjectUri(bucket, "in/"), false, new ObjectUri(bucket, "out/"), "/", BatchEntry.Mapping.FILE, null);
        return new EntryRequest(
                ModelReference.of(model.id()),
                Services.FLAVOR,
                null,
                1,
                100,
                Map.of(),
                20,
                RollingLimits.DEFAULT,
                entry,
                "{}");
    }

    private Model published(Database rows, String version) {
        Model made = Services.published(project, "iris", version);
        new PostgresModelStore(rows).change(made.id(), row -> {
            row.insert(made);
            row.save(made);
            return row;
        });
        return made;
    }

    private void await(PostgresServiceStore services, ServiceId id, ServiceState state) {
        Await.until(
                "service '%s' is %s".formatted(id, state),
                LONG,
                () -> {
                    Service now = services.find(id).orElseThrow();
                    return now.state() == state && now.isSettled();
                },
                () -> services.find(id) + "\n" + logged());
    }

    /** From all runs of these workflows and of their children. */
    private Lost lost(List<String> workflows) {
        List<String> failedTasks = new ArrayList<>();
        List<String> lostHeartbeats = new ArrayList<>();
        int runs = 0;
        for (String workflow : workflows) {
            try (Stream<HistoryEvent> events = temporal.client()
                    .listExecutions("WorkflowId STARTS_WITH '%s'".formatted(workflow))
                    .flatMap(run -> temporal
                            .client()
                            .fetchHistory(
                                    run.getExecution().getWorkflowId(),
                                    run.getExecution().getRunId())
                            .getEvents()
                            .stream())) {
                for (HistoryEvent event : events.toList()) {
                    runs += event.getEventId() == 1 ? 1 : 0;
                    note(workflow, event, failedTasks, lostHeartbeats);
                }
            }
        }
        assertThat(runs).as("histories that were looked through").isGreaterThanOrEqualTo(2 * workflows.size());
        return new Lost(failedTasks, lostHeartbeats);
    }

    private static void note(
            String workflow, HistoryEvent event, List<String> failedTasks, List<String> lostHeartbeats) {
        EventType type = event.getEventType();
        boolean failed = type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED
                // A signal or another event that comes while a run is about to end is no fault of anybody.
                && event.getWorkflowTaskFailedEventAttributes().getCause()
                        != WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;
        if (failed) {
            failedTasks.add("%s: %s"
                    .formatted(
                            workflow,
                            event.getWorkflowTaskFailedEventAttributes()
                                    .getFailure()
                                    .getMessage()));
        }
        boolean timedOut = type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT
                && event.getWorkflowTaskTimedOutEventAttributes().getTimeoutType()
                        != TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START;
        if (timedOut) {
            failedTasks.add(workflow + ": a workflow task was not answered in time");
        }
        boolean silent = type == EventType.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT
                || event.getActivityTaskStartedEventAttributes()
                        .getLastFailure()
                        .hasTimeoutFailureInfo();
        if (silent) {
            lostHeartbeats.add(workflow + ": " + event);
        }
    }

    private Process startWorker() throws IOException {
        // The control has the SDK's own limit, and meets its first task cold.
        WorkflowTasks tasks = CONTROL ? new WorkflowTasks(Duration.ofSeconds(1), false) : WorkflowTasks.USUAL;
        WorkerProcess started = WorkerProcess.start(
                folder, "worker", database, objects, model.getAddress().getPort(), tasks);
        worker = started;
        return started.process();
    }

    private String logged() {
        WorkerProcess started = worker;
        return started == null ? "nothing logged" : started.logged();
    }

    private DatabaseProperties properties() {
        return new DatabaseProperties(database.url(), database.user(), database.password(), 8);
    }
}
