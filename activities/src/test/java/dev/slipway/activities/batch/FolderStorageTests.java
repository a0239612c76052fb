package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.activities.batch.BatchFixture.Storage;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.part.TestObjectStore;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The embedded object store, a server over HTTP on a folder, and what it can never keep: names that its files cannot have. It says so by
 * the same 500 as in an outage.
 */
@Timeout(240)
class FolderStorageTests {

    /** Its file may have 255 bytes, and the server writes it under a longer name first. */
    private static final String LONG_NAME = "x".repeat(208) + ".csv";

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
    void aNameThatIsTooLongCostsItsFile() {
        try (BatchFixture fixture = fixture(StorageLimits.DEFAULT, new FastClock())) {
            BatchFixture.Job job = severalTables(fixture);
            job.start();
            BatchResult result = refusedThenRestarted(fixture, job);

            assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 5, 5, 1));
            assertThat(job.manifest()).hasSize(5);
            assertThat(job.manifest())
                    .filteredOn(line -> line.contains(LONG_NAME))
                    .singleElement()
                    .asString()
                    .contains("FAILED", "the result cannot be written", "for good, 5 times in 5 minutes")
                    .doesNotContain("inference-loc");
            assertThat(job.manifest())
                    .filteredOn(line -> line.contains("SUCCESSFUL"))
                    .hasSize(4);
            assertThat(job.result("2.csv_result.txt")).containsExactly("{\"got\":{\"a\":\"r2\",\"b\":2}}");
            assertThat(job.hasLeftNothing()).isTrue();
        }
    }

    /** The worker goes down and comes up in the middle: what was counted before is not counted anew. */
    private static BatchResult refusedThenRestarted(BatchFixture fixture, BatchFixture.Job job) {
        Await.until(
                "the long name is refused",
                LIMIT,
                () -> !fixture.tasks.refusedKeys(job.task, 1).isEmpty(),
                () -> job.done() + " records done");
        fixture.restartWorkers();
        return job.running().getResult(BatchResult.class);
    }

    @Test
    void aDestinationBelowAnObjectFailsTheJob() {
        try (BatchFixture fixture = fixture(StorageLimits.DEFAULT, new FastClock())) {
            fixture.put("out", "an object, and no folder");
            fixture.put("in/1.csv", "r1,1\n");
            BatchFixture.Job job = fixture.tables(1, "out/x/");
            job.wakeService();
            Await.until("the service has failed", LIMIT, () -> job.state() == ServiceState.FAILED, job::service);

            assertThat(job.progress().status()).isEqualTo(TaskStatus.FAILED);
            assertThat(job.error()).contains("refuses to write 'obs://" + bucket + "/out/x/", "for good");
            assertThat(fixture.model.calls()).isZero();
            assertThat(job.hasLeftNothing()).isTrue();
            assertThat(fixture.services.events(job.service.id()))
                    .filteredOn(event -> event.info().startsWith("Failed to run batch service"))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.info()).containsOnlyOnce("for good").containsOnlyOnce("obs://" + bucket);
                        assertThat(event.info()).doesNotContain("try again", " now");
                        assertThat(event.cause()).isNull();
                    });
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

    private static BatchFixture.Job severalTables(BatchFixture fixture) {
        IntStream.range(1, 5).forEach(i -> fixture.put("in/%d.csv".formatted(i), "r%1$d,%1$d\n".formatted(i)));
        fixture.put("in/" + LONG_NAME, "long,9\n");
        return fixture.tables(1);
    }

    private BatchFixture fixture(StorageLimits limits, Clock clock) {
        return BatchFixture.over(new Storage(store, bucket, limits, clock), folder);
    }

    /** So much later whenever it is looked at, which is once for each refusal. */
    private static final class FastClock extends Clock {

        private static final Duration STEP = Duration.ofSeconds(75);

        private Instant now = Instant.now();

        @Override
        public synchronized Instant instant() {
            now = now.plus(STEP);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
