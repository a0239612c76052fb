package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.storage.InMemoryObjectStore.Access;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What object storage refuses for good costs a file, a chunk, or the job where it is the manifest or the plan; never its end. */
@Timeout(90)
class RefusedStorageTests {

    private final BatchFixture fixture;

    RefusedStorageTests(@TempDir Path folder) {
        fixture = new BatchFixture(folder);
    }

    @BeforeEach
    void putFiles() {
        fixture.put("in/a.json", "1");
        fixture.put("in/b.json", "2");
        fixture.put("in/c.json", "3");
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aResultThatCannotBeWrittenCostsItsFile() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.WRITE, named("b.json_result.txt"));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 3, 3, 1));
        assertThat(job.manifest().get(0)).contains("a.json", "SUCCESSFUL");
        assertThat(job.manifest().get(1))
                .contains("b.json", "FAILED", "the result cannot be written", "for good")
                .doesNotContain("inference-loc");
        assertThat(job.manifest().get(2)).contains("c.json", "SUCCESSFUL");
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void aFileThatCannotBeReadCostsItself() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.READ, named("in/b.json"));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 3, 3, 1));
        assertThat(job.manifest().get(1))
                .contains("b.json", "FAILED", "refuses to read 'obs://data/in/b.json' for good");
        assertThat(job.manifest())
                .filteredOn(line -> line.contains("SUCCESSFUL"))
                .hasSize(2);
    }

    @Test
    void aPartThatCannotBeWrittenCostsItsChunk() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.WRITE, uri -> uri.key().contains("/parts/"));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 3, 3, 3));
        assertThat(job.manifest()).hasSize(3).allMatch(line -> line.contains("FAILED") && line.contains("for good"));
    }

    @Test
    void aPartThatCannotBeReadAgainCostsItsChunk() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.READ, uri -> uri.key().contains("/parts/"));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 3, 3, 3));
        assertThat(job.manifest()).hasSize(3).allMatch(line -> line.contains("FAILED") && line.contains("for good"));
    }

    @Test
    void aTableThatCannotBeMergedCostsItself() {
        String rows =
                IntStream.range(0, 250).mapToObj("r%1$d,%1$d%n"::formatted).collect(Collectors.joining());
        fixture.put("in/big.csv", rows);
        fixture.put("in/small.csv", "x,1\n");
        BatchFixture.Job job = fixture.tables(1);
        fixture.store.refuse(Access.WRITE, named("big.csv_result.txt"));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.end()).isEqualTo(BatchEnd.FINISHED);
        assertThat(result.failed()).isEqualTo(250 + 3);
        assertThat(job.manifest())
                .filteredOn(line -> line.contains("big.csv"))
                .singleElement()
                .asString()
                .contains("for good");
        assertThat(job.result("small.csv_result.txt")).containsExactly("{\"got\":{\"a\":\"x\",\"b\":1}}");
    }

    @Test
    void aManifestThatCannotBeWrittenFailsTheJob() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.WRITE, uri -> uri.key().endsWith(".manifest"));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(Objects.requireNonNull(result.error())).contains("the output could not be written", "for good");
        assertThat(job.text(job.folders().result("a.json_result.txt"))).isEqualTo("{\"got\": 1}");
        assertThat(job.hasLeftNothing()).isTrue();
    }

    /** As a dest_path below an existing object is on a file system. */
    @Test
    void aDestinationThatTakesNothingFailsTheJob() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.WRITE, uri -> uri.key().startsWith("out/"));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(Objects.requireNonNull(result.error())).contains("refuses to write 'obs://data/out/", "for good");
        assertThat(fixture.model.calls()).isZero();
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void whatIsRefusedForAWhileIsWaitedFor() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.WRITE, named("b.json_result.txt"));
        WorkflowStub workflow = job.start();
        Await.until(
                "it is refused", () -> !fixture.tasks.refusedKeys(job.task, 1).isEmpty(), () -> "nothing");
        fixture.store.answerAgain();
        BatchResult result = BatchFixture.result(workflow);

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 3, 3, 0));
        assertThat(job.text(job.folders().result("b.json_result.txt"))).isEqualTo("{\"got\": 2}");
    }

    @Test
    void anOutageIsWaitedForAndCostsNothing() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.WRITE, uri -> true).refuse(Access.READ, uri -> true);
        fixture.store.refuse(Access.FIND, uri -> true);
        WorkflowStub workflow = job.start();
        Await.until("it waits", () -> fixture.tasks.refusedKeys(job.task, 1).size() == 1, () -> "nothing");
        fixture.store.answerAgain();

        assertThat(BatchFixture.result(workflow)).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 3, 3, 0));
    }

    @Test
    void anOutageThatLastsTooLongFailsTheJob() {
        BatchFixture.Job job = fixture.files(1);
        fixture.store.refuse(Access.WRITE, uri -> true);
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(Objects.requireNonNull(result.error())).contains("object storage has not answered for");
    }

    @Test
    void aStopGetsThroughAnOutage() {
        fixture.model.hold(body -> body.equals("2"));
        BatchFixture.Job job = fixture.files(1);
        WorkflowStub workflow = job.start();
        Await.until("one waits for its answer", () -> fixture.model.callsOf("2") == 1, fixture.model::calls);
        fixture.store.refuse(Access.WRITE, uri -> true).refuse(Access.READ, uri -> true);
        fixture.store.refuse(Access.FIND, uri -> true);
        long begun = System.nanoTime();
        workflow.cancel();
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> workflow.getResult(BatchResult.class));

        // The manifest could not be written, which is what failed means; the service that was stopped is stopped.
        assertThat(job.progress().status()).isEqualTo(TaskStatus.FAILED);
        assertThat(System.nanoTime() - begun)
                .isLessThan(BatchFixture.STORAGE_LIMITS.longestOutage().toNanos());
        assertThat(fixture.sets.all()).isEmpty();
    }

    private static Predicate<ObjectUri> named(String end) {
        return uri -> uri.key().endsWith(end);
    }
}
