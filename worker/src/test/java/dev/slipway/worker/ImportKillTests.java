package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.DatabaseProperties;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelId;
import dev.slipway.domain.model.ModelSource;
import dev.slipway.domain.model.ModelSpec;
import dev.slipway.domain.model.ModelStatus;
import dev.slipway.domain.model.TrialPrediction;
import dev.slipway.domain.model.TrialSpec;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.part.TestDatabase;
import dev.slipway.testing.part.TestObjectStore;
import dev.slipway.testing.part.TestPostgres;
import dev.slipway.testing.part.TestTemporal;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalModelWaker;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.connection.WorkflowSignals;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the process of the worker as soon as each step of an import is begun, one step after the other, on a real Temporal server, a real
 * PostgreSQL and a real object store. The next process brings each import to its end, and does nothing twice.
 */
@Timeout(900)
class ImportKillTests {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final String CONFIG =
            "{\"model_algorithm\": \"test\", \"model_type\": \"Custom\", \"apis\": [{\"url\": \"/\"}]}";
    /** The only event that says how often something was begun. */
    private static final List<String> AGAIN = List.of(
            "Received another image building request of the model.",
            "Received another env image building request of the model.");

    private final Path folder;
    private final String bucket = "killed-" + UUID.randomUUID();
    private final TestDatabase database = TestPostgres.shared().newDatabase();
    private final TestObjectStore objects = TestObjectStore.shared();
    private final S3ObjectStore store = S3ObjectStore.open(new ObjectStoreProperties(
            objects.endpoint(), TestObjectStore.REGION, objects.accessKey(), objects.secretKey()));
    private final TemporalConnection temporal = TemporalConnection.open(
            new TemporalProperties(TestTemporal.shared().address(), TestTemporal.NAMESPACE), "test");
    private final WorkflowSignals signals = new WorkflowSignals(temporal.client());
    private final HttpServer instance;
    private final Database rows =
            Database.open(new DatabaseProperties(database.url(), database.user(), database.password(), 4));
    private int started;
    private WorkerProcess worker;

    ImportKillTests(@TempDir Path folder) throws IOException {
        this.folder = folder;
        instance = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        instance.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] answer = "{\"fine\":true}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(answer);
            }
        });
        instance.start();
        rows.migrate();
        worker = startWorker();
    }

    @AfterEach
    void close() {
        worker.close();
        instance.stop(0);
        store.close();
        rows.close();
        temporal.close();
    }

    @Test
    void anImportEndsOnceWhateverStepItsWorkerWasKilledIn() throws Exception {
        store.createBucket(bucket);
        put("good/model/config.json", CONFIG);
        put("good/model/customize_service.py", "code");
        put("good/model/weights.bin", "w".repeat(1 << 20));
        put("bad/model/config.json", "{}");
        put("bad/model/customize_service.py", "code");

        int good = killAtEachStep("good", ModelStatus.PUBLISHED);
        int bad = killAtEachStep("bad", ModelStatus.FAILED);

        assertThat(good).as("steps of an import that succeeds").isGreaterThanOrEqualTo(12);
        assertThat(bad).as("steps of an import that fails").isGreaterThanOrEqualTo(3);
        System.out.printf("import: killed at each of %d and %d steps%n", good, bad);
    }

    /** How many steps there were. */
    private int killAtEachStep(String name, ModelStatus end) throws Exception {
        ModelCommands commands = new ModelCommands(
                new PostgresModelStore(rows), Services.pools(100), new TemporalModelWaker(signals), Clock.systemUTC());
        for (int step = 1; ; step++) {
            Model model = commands.create(Models.caller(), spec(name, "0.0." + step));
            String workflow = WorkflowIds.model(
                    model.spec().name(), model.spec().version(), model.id().value());
            boolean begun = awaitStep(workflow, step);
            if (begun) {
                worker.kill();
                worker = startWorker();
            }
            ended(model.id(), workflow, end, "killed at step " + step);
            if (!begun) {
                return step - 1;
            }
        }
    }

    private ModelSpec spec(String name, String version) {
        ModelSpec usual = Models.spec(name, version);
        return new ModelSpec(
                name,
                version,
                usual.type(),
                new ModelSource.PackageFolder(new ObjectUri(bucket, name + "/")),
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                new TrialSpec(null, null, Map.of(), new TrialPrediction(null, "{}", null, "{\"fine\":true}", 0)),
                usual.request());
    }

    /** False if the import has ended before. */
    private boolean awaitStep(String workflow, int step) {
        while (true) {
            List<HistoryEvent> history = history(workflow);
            long begun = history.stream()
                    .filter(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                    .count();
            if (begun >= step) {
                return true;
            }
            if (isClosed(history)) {
                return false;
            }
        }
    }

    private List<HistoryEvent> history(String workflow) {
        return temporal.client().fetchHistory(workflow).getEvents();
    }

    private static boolean isClosed(List<HistoryEvent> history) {
        EventType last = history.getLast().getEventType();
        return last == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
                || last == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED;
    }

    private void ended(ModelId model, String workflow, ModelStatus end, String how) {
        Await.until(
                "the end of an import, " + how,
                LONG,
                () -> status(model) != ModelStatus.PUBLISHING && isClosed(history(workflow)),
                () -> told(model) + "\n" + worker.logged());
        assertThat(status(model)).as(how + ": " + told(model)).isEqualTo(end);
        assertThat(told(model).stream().filter(info -> !AGAIN.contains(info)))
                .as(how)
                .doesNotHaveDuplicates()
                .startsWith("Start model import.")
                .endsWith(
                        end == ModelStatus.PUBLISHED ? "Model imported successfully." : "Failed to import the model.");
        assertThat(left("instance_set", "id", "%" + model + "%")).as(how).isZero();
        assertThat(left("claim", "holder", "%" + model + "%")).as(how).isZero();
        assertThat(left("workflow_wait", "workflow_id", workflow)).as(how).isZero();
        assertThat(history(workflow))
                .as(how)
                .filteredOn(event -> event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED)
                .isEmpty();
    }

    private ModelStatus status(ModelId model) {
        return new PostgresModelStore(rows).find(model).orElseThrow().status();
    }

    private List<String> told(ModelId model) {
        return new PostgresEventStore(rows)
                .list(model.value(), new EventStore.EventQuery(null, null, null, null, 0, 100, true)).events().stream()
                        .map(Event::info)
                        .toList();
    }

    private long left(String table, String column, String like) {
        return rows.inTransaction(() -> rows.jdbc()
                .sql("SELECT count(*) FROM %s WHERE %s LIKE ?".formatted(table, column))
                .param(like)
                .query(Long.class)
                .single());
    }

    private WorkerProcess startWorker() throws IOException {
        return WorkerProcess.start(
                folder,
                "worker-" + ++started,
                database,
                objects,
                instance.getAddress().getPort(),
                WorkflowTasks.USUAL);
    }

    private void put(String key, String text) {
        store.put(new ObjectUri(bucket, key), text.getBytes(StandardCharsets.UTF_8));
    }
}
