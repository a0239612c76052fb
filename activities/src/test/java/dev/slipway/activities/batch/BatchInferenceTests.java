package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.storage.ContentType;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import io.temporal.failure.CanceledFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs from their row to their manifest: real workflow, real activities. */
@Timeout(90)
class BatchInferenceTests {
    private final BatchFixture fixture;

    BatchInferenceTests(@TempDir Path folder) {
        fixture = new BatchFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void writesALineForEachRowInRowOrder() {
        fixture.put("in/rows.csv", rows(0, 250) + "refuse,1\nx\ny,zwei\nlast,1.50\n");
        BatchFixture.Job job = fixture.tables(2);
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 1, 254, 3));
        List<String> lines = job.result("rows.csv_result.txt");
        assertThat(lines).hasSize(254).startsWith(answers(0, 250).toArray(String[]::new));
        assertThat(lines.get(250)).isEqualTo("""
                {"error_code":"ModelArts.4204","error_msg":"the model answered 500: no"}""");
        assertThat(lines.get(251)).contains("\"error_code\":\"ModelArts.4200\"");
        assertThat(lines.get(252)).contains("\"error_code\":\"ModelArts.4200\"");
        assertThat(lines.get(253)).isEqualTo("{\"got\":{\"a\":\"last\",\"b\":1.50}}");
        assertThat(job.manifest()).containsExactly("""
                {"source":"obs://data/in/rows.csv","result":"FAILED","error_message":"3 of 254 rows failed, the first is row 251: \
                the model answered 500: no","inference-loc":"%s"}""".formatted(job.folders().result("rows.csv_result.txt")));
        assertThat(job.progress().status()).isEqualTo(TaskStatus.FINISHED);
        assertThat(job.progress().percent()).isEqualTo(100);
        assertThat(job.state()).isEqualTo(ServiceState.RUNNING); // its lifecycle writes the end
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void givesEachStepADayAndTheLongestOutageOnTop() {
        fixture.put("in/x.json", "1");
        BatchFixture.Job job = fixture.files(1);
        BatchFixture.result(job.start());

        Duration limit = Duration.ofDays(1).plus(BatchFixture.STORAGE_LIMITS.longestOutage());
        assertThat(job.history().getEvents())
                .filteredOn(HistoryEvent::hasActivityTaskScheduledEventAttributes)
                .extracting(HistoryEvent::getActivityTaskScheduledEventAttributes)
                .filteredOn(step -> step.getTaskQueue().getName().equals(Queues.BATCH))
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step.getScheduleToCloseTimeout().getSeconds())
                        .isEqualTo(limit.toSeconds()));
    }

    @Test
    void refusesARepairByNameOnceItsWorkIsRemoved() {
        fixture.put("in/x.json", "1");
        BatchFixture.Job job = fixture.files(1);
        BatchResult result = BatchFixture.result(job.start());
        assertThat(fixture.store.list(job.folders().work(), null).objects())
                .as("kept for a repair")
                .isNotEmpty();
        assertThat(BatchFixture.result(job.repair()))
                .as("there is nothing to repair")
                .isEqualTo(result);

        fixture.tasks.beginRemovalOfWork(job.task, Instant.EPOCH);

        BatchResult refused = BatchFixture.result(job.repair());
        assertThat(refused.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(refused.error())
                .contains("batch task '%s' cannot be repaired".formatted(job.task), "1970-01-01", "retention.batch");
        assertThat(job.progress().status()).as("its end stands").isEqualTo(TaskStatus.FINISHED);
    }

    @Test
    void writesALineForEachFileInInputOrder() {
        fixture.put("in/a/x.json", "1");
        fixture.put("in/b/x.json", "\"refuse\"");
        fixture.put("in/c/x.json", "{\"deep\":  3}");
        fixture.put("in/infer-result-old/x.json", "4");
        fixture.put("in/empty/", "");
        BatchFixture.Job job = fixture.files(1);
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 3, 3, 1));
        assertThat(job.text(job.folders().result("x.json_result.txt"))).isEqualTo("{\"got\": 1}");
        assertThat(job.text(job.folders().result("x.json_2_result.txt"))).isEqualTo("(none)");
        assertThat(job.text(job.folders().result("x.json_3_result.txt"))).isEqualTo("{\"got\": {\"deep\":  3}}");
        assertThat(job.manifest())
                .containsExactly(
                        successful("obs://data/in/a/x.json", job, "x.json_result.txt"),
                        """
                        {"source":"obs://data/in/b/x.json","result":"FAILED","error_message":"the model answered 500: no"}""",
                        successful("obs://data/in/c/x.json", job, "x.json_3_result.txt"));
    }

    /** Tables as spreadsheets and other programs save them. */
    @Test
    void answersTheRowsOfATableOrSaysOnceWhyNone() throws IOException {
        List<String> names = List.of(
                "ctrl-z.csv",
                "excel-empty-rows.csv",
                "overflow.csv",
                "semicolon.csv",
                "utf16be-bom.csv",
                "utf16le-bom.csv",
                "xlsx.csv");
        for (String name : names) {
            try (InputStream table = BatchInferenceTests.class.getResourceAsStream("tables/" + name)) {
                fixture.store.put(
                        new ObjectUri("data", "in/" + name),
                        Objects.requireNonNull(table, name).readAllBytes());
            }
        }
        BatchFixture.Job job = fixture.tables(1);
        BatchResult result = BatchFixture.result(job.start());

        List<String> manifest = job.manifest();
        assertThat(manifest).hasSize(names.size());
        assertThat(manifest.subList(0, 2)).allMatch(line -> line.contains("SUCCESSFUL"));
        assertThat(job.result("ctrl-z.csv_result.txt")).hasSize(2);
        assertThat(job.result("excel-empty-rows.csv_result.txt")).hasSize(2);
        assertThat(manifest.get(2)).contains("FAILED", "1 of 2 rows failed, the first is row 1", "1e999");
        assertThat(job.result("overflow.csv_result.txt").get(1)).isEqualTo("{\"got\":{\"a\":\"r2\",\"b\":2}}");
        assertThat(manifest.get(3))
                .contains("FAILED", "column 2 ('b') is missing", "separated by ';', expected commas");
        assertThat(manifest.get(4)).contains("FAILED", "expected UTF-8", "UTF-16, big endian");
        assertThat(manifest.get(5)).contains("FAILED", "expected UTF-8", "UTF-16, little endian");
        assertThat(manifest.get(6)).contains("FAILED", "not a text");
        assertThat(fixture.model.calls()).isEqualTo(2 + 2 + 1);
        assertThat(result.records()).isEqualTo(2 + 2 + 2 + 2 + 3);
    }

    @Test
    void writesTextsAsTextsInUtf8() {
        fixture.put("in/a/x.json", "\"中文\"");
        BatchFixture.Job job = fixture.files(1);
        BatchFixture.result(job.start());

        assertThat(fixture.store.type(job.folders().result("x.json_result.txt")))
                .isEqualTo(ContentType.TEXT);
        assertThat(fixture.store.type(job.folders().manifest(0))).isEqualTo(ContentType.TEXT);
        assertThat(ResultType.of(new byte[] {(byte) 0x89, 'P', 'N', 'G'})).isEqualTo(ContentType.BYTES);
        assertThat(ResultType.of(new byte[] {'a', 0})).isEqualTo(ContentType.BYTES);
    }

    @Test
    void triesThreeTimesWhatKillsInstancesAndBlamesNoNeighbour() {
        fixture.put("in/rows.csv", rows(0, 30) + "poison,1\n" + rows(30, 60));
        BatchFixture.Job job = fixture.tables(1);
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.failed()).isEqualTo(1);
        assertThat(fixture.model.callsOf("{\"a\":\"poison\",\"b\":1}")).isEqualTo(3);
        List<String> lines = job.result("rows.csv_result.txt");
        assertThat(lines.subList(0, 30)).isEqualTo(answers(0, 30));
        assertThat(lines.get(30)).contains("ModelArts.4503", "tried 3 times");
        assertThat(lines.subList(31, 61)).isEqualTo(answers(30, 60));
    }

    @Test
    void endsACancelledJobWithAManifestOfAllAndWithWhatWasAnswered() {
        fixture.put("in/a.csv", rows(0, 100));
        fixture.put("in/b.csv", rows(100, 150));
        fixture.model.hold(body -> body.contains("r120"));
        BatchFixture.Job job = fixture.tables(1);
        WorkflowStub workflow = job.start();
        Await.until("a chunk is committed", () -> job.done() == 100, job::done);
        Await.until("the second waits", () -> fixture.model.calls() > 120, fixture.model::calls);
        BatchResult result = cancelled(job, workflow);

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.STOPPED, null, 2, 150, 30));
        assertThat(job.result("a.csv_result.txt")).isEqualTo(answers(0, 100));
        assertThat(job.result("b.csv_result.txt"))
                .hasSize(50)
                .startsWith(answers(100, 120).toArray(String[]::new));
        assertThat(job.manifest())
                .hasSize(2)
                .first()
                .isEqualTo(successful("obs://data/in/a.csv", job, "a.csv_result.txt"));
        assertThat(job.manifest().getLast()).contains("\"result\":\"FAILED\"", "30 of 50 rows", "cancelled");
        assertThat(job.hasLeftNothing()).isTrue();
        assertThat(fixture.tasks.commit(job.task, chunk(100, 150))).isEqualTo(new CommitAnswer.Sealed());
    }

    @Test
    void goesOnFromTheRowsWhenItsRunIsLost() {
        fixture.put("in/a.csv", rows(0, 100));
        fixture.put("in/b.csv", rows(100, 150));
        fixture.model.hold(body -> body.contains("r120"));
        BatchFixture.Job job = fixture.tables(1);
        WorkflowStub lost = job.start();
        Await.until("a chunk is committed", () -> job.done() == 100, job::done);
        lost.terminate("lost");
        fixture.model.release();
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 2, 150, 0));
        assertThat(job.result("a.csv_result.txt")).isEqualTo(answers(0, 100));
        assertThat(job.result("b.csv_result.txt")).isEqualTo(answers(100, 150));
        assertThat(fixture.model.callsOf("{\"a\":\"r7\",\"b\":7}")).isEqualTo(1);
        assertThat(BatchFixture.result(job.start())).isEqualTo(result);
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void mergesATableOfWhichSomeRowsWereNotReached() {
        fixture.put("in/a.csv", rows(0, 150));
        fixture.model.hold(body -> body.contains("r120"));
        BatchFixture.Job job = fixture.tables(1);
        WorkflowStub workflow = job.start();
        Await.until("a chunk is committed", () -> job.done() == 100, job::done);
        Await.until("the second waits", () -> fixture.model.calls() > 120, fixture.model::calls);
        cancelled(job, workflow);

        List<String> lines = job.result("a.csv_result.txt");
        assertThat(lines).hasSize(150).startsWith(answers(0, 120).toArray(String[]::new));
        assertThat(lines.subList(120, 150))
                .containsOnly("{\"error_code\":\"ModelArts.4203\",\"error_msg\":\"cancelled\"}");
        assertThat(job.manifest()).singleElement().asString().contains("30 of 150 rows failed, cancelled");
    }

    @Test
    void failsAndGivesEverythingBackWhenNoInstanceStarts() {
        fixture.put("in/a.csv", rows(0, 3));
        fixture.cluster.failStarts("iris 0.0.1", 3, "the model cannot be loaded");
        BatchFixture.Job job = fixture.tables(1);
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(Objects.requireNonNull(result.error())).contains("the model cannot be loaded");
        assertThat(result.failed()).isEqualTo(result.records());
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void failsOverASourceThatHoldsNothing() {
        BatchFixture.Job job = fixture.files(1);
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(Objects.requireNonNull(result.error())).contains("src_path 'obs://data/in/' holds no input");
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void saysThatASourceIsAFile() {
        fixture.put("in", "1,2\n");
        BatchResult result = BatchFixture.result(fixture.files(1).start());

        assertThat(Objects.requireNonNull(result.error())).contains("'obs://data/in' is a file");
    }

    @Test
    void waitsForSlotsAndGoesOnWhenItIsWoken() {
        fixture.put("in/a.csv", rows(0, 3));
        Holder other = new Holder("task/other");
        fixture.admission.claim(new Claim(other, Services.POOL, Services.FLAVOR, 8, 2, "service/other"));
        BatchFixture.Job job = fixture.tables(1);
        WorkflowStub workflow = job.start();
        Await.until(
                "it waits",
                () -> fixture.services
                        .eventTexts(job.service.id())
                        .contains("Lack of resources, transform state to waiting."),
                job::state);
        assertThat(job.state()).as("a batch service is never shown as waiting").isEqualTo(ServiceState.DEPLOYING);
        fixture.admission.release(other);
        workflow.signal("wake");

        assertThat(BatchFixture.result(workflow).end()).isEqualTo(BatchEnd.FINISHED);
    }

    @Test
    void goesOnWhenItsWorkflowIsTerminated() {
        BatchFixture.Job job = heldJob();
        job.running().terminate("a test wants it so");
        Await.until(
                "an event says so",
                () -> fixture.services
                        .eventTexts(job.service.id())
                        .contains(
                                "The workflow of the job of service job is gone; it is started again and goes on with what is not done."),
                job::service);
        fixture.model.release();
        Await.until("it is finished", () -> job.state() == ServiceState.FINISHED, job::progress);

        assertThat(job.progress().status()).isEqualTo(TaskStatus.FINISHED);
        assertThat(job.manifest()).hasSize(2).allMatch(line -> line.contains("SUCCESSFUL"));
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void itsServiceIsStoppedSoonAfterItsWorkflowWasCancelledByHand() {
        BatchFixture.Job job = heldJob();
        job.running().cancel();
        Await.until("it is stopped", () -> job.state() == ServiceState.STOPPED, job::service);

        assertThat(job.progress().status()).isEqualTo(TaskStatus.STOPPED);
        assertThat(job.manifest()).hasSize(2);
    }

    @Test
    void endsItsTaskWhenItsWorkflowIsTerminatedWhileItIsStopped() {
        BatchFixture.Job job = heldJob();
        AtomicBoolean done = new AtomicBoolean();
        fixture.fault = call -> {
            if (call.equals("BatchTaskActivities.seal") && done.compareAndSet(false, true)) {
                job.running().terminate("a test wants it so");
            }
        };
        job.stop();
        Await.until("it is stopped", () -> job.state() == ServiceState.STOPPED, job::service);

        assertThat(done).isTrue();
        assertThat(job.progress().status()).isEqualTo(TaskStatus.STOPPED);
        assertThat(job.manifest()).hasSize(2);
        assertThat(job.hasLeftNothing()).isTrue();
    }

    /** One of its two records waits for its answer. */
    private BatchFixture.Job heldJob() {
        fixture.put("in/a.json", "1");
        fixture.put("in/b.json", "2");
        fixture.model.hold(body -> body.equals("2"));
        BatchFixture.Job job = fixture.files(1);
        job.wakeService();
        Await.until("one waits for its answer", () -> fixture.model.callsOf("2") == 1, fixture.model::calls);
        return job;
    }

    /** A cancelled workflow ends as cancelled, without a result; started again, it tells how the task has ended. */
    private static BatchResult cancelled(BatchFixture.Job job, WorkflowStub workflow) {
        workflow.cancel();
        assertThatExceptionOfType(WorkflowFailedException.class)
                .isThrownBy(() -> workflow.getResult(BatchResult.class))
                .withCauseInstanceOf(CanceledFailure.class);
        return BatchFixture.result(job.start());
    }

    private static ChunkCommit chunk(long from, long to) {
        return new ChunkCommit(new ChunkRange(from, to), "zombie", 0);
    }

    private static String rows(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "r%d,%d%n".formatted(i, i))
                .collect(Collectors.joining());
    }

    private static List<String> answers(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"got\":{\"a\":\"r%d\",\"b\":%d}}".formatted(i, i))
                .toList();
    }

    private static String successful(String source, BatchFixture.Job job, String name) {
        return "{\"source\":\"%s\",\"result\":\"SUCCESSFUL\",\"inference-loc\":\"%s\"}"
                .formatted(source, job.folders().result(name));
    }
}
