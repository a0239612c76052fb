package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.activities.batch.BatchFixture.Storage;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.part.TestObjectStore;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The embedded object store, a server over HTTP on a folder: what can be put there can be answered, whatever its name, and what an outage
 * of it means.
 */
@Timeout(240)
class FolderStorageTests {

    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final TestObjectStore server = TestObjectStore.shared();
    private final S3ObjectStore store = S3ObjectStore.open(new ObjectStoreProperties(
            server.endpoint(), TestObjectStore.REGION, server.accessKey(), server.secretKey()));
    private final String bucket = "batch-" + UUID.randomUUID();
    private final Path folder;

    FolderStorageTests(@TempDir Path folder) {
        this.folder = folder;
        server.part().start();
        store.createBucket(bucket);
    }

    @AfterEach
    void close() {
        store.close();
        server.part().start();
    }

    @Test
    void whatCanBeUploadedCanBeAnswered() {
        try (BatchFixture fixture = fixture(StorageLimits.DEFAULT, Clock.systemUTC())) {
            List<String> names = new ArrayList<>();
            IntStream.rangeClosed(200, 255).forEach(length -> names.add("x".repeat(length - 4) + ".csv"));
            names.addAll(List.of("n.csv", "/n.csv", "n.csv/n.csv", "./n.csv", "n.csv//n.csv"));
            names.forEach(name -> fixture.put("in/" + name, "r,1\n"));
            BatchFixture.Job job = fixture.tables(1);
            job.start();

            assertThat(job.running().getResult(BatchResult.class))
                    .isEqualTo(new BatchResult(BatchEnd.FINISHED, null, names.size(), names.size(), 0));
            assertThat(job.manifest()).hasSize(names.size()).allMatch(line -> line.contains("SUCCESSFUL"));
            Set<String> locations = new HashSet<>();
            for (String line : job.manifest()) {
                String location = line.replaceAll(".*\"inference-loc\" *: *\"([^\"]*)\".*", "$1");
                assertThat(locations.add(location)).as(location).isTrue();
                assertThat(job.text(ObjectUri.read(location)).lines()).hasSize(1);
            }
            assertThat(job.hasLeftNothing()).isTrue();
        }
    }

    @Test
    void aDestinationBelowAnObjectIsWritten() {
        try (BatchFixture fixture = fixture(StorageLimits.DEFAULT, Clock.systemUTC())) {
            fixture.put("out", "an object, and a folder as well");
            fixture.put("in/1.csv", "r1,1\n");
            BatchFixture.Job job = fixture.tables(1, "out/x/");
            job.start();

            assertThat(job.running().getResult(BatchResult.class))
                    .isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 1, 1, 0));
        }
    }

    @Test
    void aStopGetsThroughAnOutage() {
        StorageLimits limits = new StorageLimits(5, Duration.ofMinutes(5), Duration.ofHours(24), SHORT);
        try (BatchFixture fixture = fixture(limits, Clock.systemUTC())) {
            BatchFixture.Job job = outageIn(fixture);
            job.stop();
            Await.until("the service is stopped", LIMIT, () -> job.state() == ServiceState.STOPPED, job::service);

            assertThat(job.progress().status()).isEqualTo(TaskStatus.FAILED);
            assertThat(job.error()).contains("the output could not be written", "has not answered");
            // What was done is counted, and lies where it was written.
            assertThat(job.progress().done()).isGreaterThanOrEqualTo(2);
            server.part().start();
            assertThat(job.result("1.csv_result.txt")).hasSize(1);
            assertThat(job.hasLeftNothing()).isTrue();
        }
    }

    @Test
    void aDeletionGetsThroughAnOutage() {
        StorageLimits limits = new StorageLimits(5, Duration.ofMinutes(5), Duration.ofHours(24), SHORT);
        try (BatchFixture fixture = fixture(limits, Clock.systemUTC())) {
            BatchFixture.Job job = outageIn(fixture);
            job.delete();
            Await.until("the service is gone", LIMIT, () -> job.state() == ServiceState.DELETED, job::progress);

            assertThat(job.hasLeftNothing()).isTrue();
        }
    }

    @Test
    void aStopGetsThroughAnOutageThatBeganAfterTheLastRecord() {
        StorageLimits limits = new StorageLimits(5, Duration.ofMinutes(5), Duration.ofHours(24), SHORT);
        try (BatchFixture fixture = fixture(limits, Clock.systemUTC())) {
            BatchFixture.Job job = outageAfter(fixture);
            job.stop();
            Await.until("the service is stopped", LIMIT, () -> job.state() == ServiceState.STOPPED, job::service);

            assertThat(job.progress().status()).isEqualTo(TaskStatus.FAILED);
            assertThat(job.error()).contains("the output could not be written", "has not answered");
            assertThat(job.hasLeftNothing()).isTrue();
        }
    }

    @Test
    void aDeletionGetsThroughAnOutageThatBeganAfterTheLastRecord() {
        StorageLimits limits = new StorageLimits(5, Duration.ofMinutes(5), Duration.ofHours(24), SHORT);
        try (BatchFixture fixture = fixture(limits, Clock.systemUTC())) {
            BatchFixture.Job job = outageAfter(fixture);
            job.delete();
            Await.until("the service is gone", LIMIT, () -> job.state() == ServiceState.DELETED, job::progress);

            assertThat(job.hasLeftNothing()).isTrue();
        }
    }

    /** A job of which every record is done, and storage goes away before its output is written. */
    private BatchFixture.Job outageAfter(BatchFixture fixture) {
        fixture.put("in/1.csv", "r1,1\n");
        fixture.fault = call -> {
            if (call.equals("BatchWorkActivities.publish")) {
                fixture.fault = after -> {};
                server.part().stop();
            }
        };
        BatchFixture.Job job = fixture.tables(1);
        job.wakeService();
        Await.until(
                "its output is refused",
                LIMIT,
                () -> fixture.tasks.refusedKeys(job.task, 10).stream().anyMatch(key -> key.startsWith("outage")),
                job::service);
        return job;
    }

    @Test
    void aStopThatOutlastsAShortOutageHasItsManifest() {
        try (BatchFixture fixture = fixture(StorageLimits.DEFAULT, Clock.systemUTC())) {
            BatchFixture.Job job = outageIn(fixture);
            job.stop();
            Await.until(
                    "its output is refused",
                    LIMIT,
                    () -> fixture.tasks.refusedKeys(job.task, 10).stream().anyMatch(key -> key.startsWith("outage")),
                    job::progress);
            server.part().start();
            Await.until("the service is stopped", LIMIT, () -> job.state() == ServiceState.STOPPED, job::service);

            assertThat(job.progress().status()).isEqualTo(TaskStatus.STOPPED);
            assertThat(job.manifest()).hasSize(3);
            assertThat(job.manifest())
                    .filteredOn(line -> line.contains("SUCCESSFUL"))
                    .hasSize(2);
        }
    }

    /** A job of which two tables are done, and a third waits for answers when storage goes away. */
    private BatchFixture.Job outageIn(BatchFixture fixture) {
        fixture.model.hold(body -> body.contains("big149"));
        fixture.put("in/1.csv", "r1,1\n");
        fixture.put("in/2.csv", "r2,2\n");
        fixture.put(
                "in/big.csv",
                IntStream.range(0, 150).mapToObj("big%d,3\n"::formatted).collect(Collectors.joining()));
        BatchFixture.Job job = fixture.tables(1);
        job.wakeService();
        Await.until(
                "two are written and one waits for its answer",
                LIMIT,
                () -> !job.text(job.folders().result("2.csv_result.txt")).equals("(none)")
                        && fixture.model.calls() == 2 + 150,
                fixture.model::calls);
        server.part().stop();
        return job;
    }

    private BatchFixture fixture(StorageLimits limits, Clock clock) {
        return BatchFixture.over(new Storage(store, bucket, limits, clock), folder);
    }
}
