package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.storage.InMemoryObjectStore.Access;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ChunkWorkerTests {

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    /** The plan lies where users of the project can write. */
    @Test
    void doesNotReadAFileOfAnotherProjectThatThePlanNames() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/a.json", "secret");
            fixture.put("in/b.json", "secret");
            fixture.plan();
            fixture.grant("data/in/b.json");

            assertThat(fixture.work(0, 2, "one"))
                    .isInstanceOfSatisfying(
                            CommitAnswer.Committed.class,
                            committed -> assertThat(committed.winner().failed()).isEqualTo(1));
        }
    }

    @Test
    void writesAnswersInRecordOrderHoweverLateEachComes() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 40));
            fixture.plan();
            ModelServer slow = new ModelServer();
            try (slow) {
                slow.hold(body -> true);
                fixture.ready(fixture.model.address(), slow.address());
                Thread release = Thread.ofVirtual().start(() -> {
                    Await.until("one instance is done with its share", () -> slow.calls() == 8, slow::calls);
                    slow.release();
                });
                CommitAnswer answer = fixture.work(0, 40, "f");
                release.join();

                assertThat(answer).isEqualTo(committed(0, 40, "f", 0));
                assertThat(fixture.answers(0, 40, "f")).isEqualTo(answers(0, 40));
            }
        }
    }

    @Test
    void readsOnlyItsOwnRowsOfATable() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 20));
            fixture.put("in/b.csv", rows(20, 40));
            fixture.plan();

            assertThat(fixture.work(15, 25, "f")).isEqualTo(committed(15, 25, "f", 0));
            assertThat(fixture.answers(15, 25, "f")).isEqualTo(answers(15, 25));
            assertThat(fixture.model.calls()).isEqualTo(10);
        }
    }

    @Test
    void afterOnePartThatIsRefusedForGoodTheOthersFailAtOnce() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 40));
            fixture.plan();
            fixture.store.refuse(Access.WRITE, uri -> uri.key().contains("/parts/"));
            refuseForGood(fixture);
            int calls = fixture.model.calls();

            assertThat(fixture.work(10, 40, "next")).isInstanceOf(CommitAnswer.Committed.class);
            ChunkCommit lost = fixture.tasks.commits(fixture.task.id(), 10, 1).getFirst();
            assertThat(lost.failed()).isEqualTo(30);
            assertThat(lost.lost())
                    .contains("refuses to write 'obs://data/out/", "parts/*' for good while it answers otherwise");
            assertThat(fixture.model.calls()).as("no model works in vain").isEqualTo(calls);
        }
    }

    @Test
    void afterOnePartThatIsRefusedForGoodTheOthersAreWrittenWhereTheirFolderAnswers() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 40));
            fixture.plan();
            fixture.store.refuse(Access.WRITE, uri -> uri.key().contains("/parts/000000000000000-"));
            refuseForGood(fixture);

            assertThat(fixture.work(10, 20, "next")).isEqualTo(committed(10, 20, "next", 0));
        }
    }

    @Test
    void aSecondPartThatIsRefusedIsWaitedForWhereTheFolderAnswers() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 40));
            fixture.plan();
            fixture.store.refuse(Access.WRITE, uri -> uri.key().matches(".*/parts/0000000000000[01]0-.*"));
            refuseForGood(fixture);

            assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> fixture.work(10, 20, "next"));
        }
    }

    @Test
    void partsAreWrittenAgainOnceTheirFolderAnswers() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 40));
            fixture.plan();
            fixture.store.refuse(Access.WRITE, uri -> uri.key().contains("/parts/"));
            refuseForGood(fixture);
            fixture.store.answerAgain();

            assertThat(fixture.work(10, 20, "next")).isEqualTo(committed(10, 20, "next", 0));
            fixture.store.refuse(Access.WRITE, uri -> uri.key().contains("/parts/"));
            assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> fixture.work(20, 30, "later"));
        }
    }

    /** The reason names the object once, says why, and gives no advice that contradicts it. */
    @Test
    void saysOnceWhatIsRefusedForGood() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 40));
            fixture.plan();
            fixture.store.refuse(Access.WRITE, uri -> uri.key().contains("/parts/"));
            refuseForGood(fixture);

            String part = fixture.folders()
                    .partData(ChunkCommit.part(new ChunkRange(0, 10), "try4"))
                    .toString();
            assertThat(fixture.tasks.commits(fixture.task.id(), 0, 1).getFirst().lost())
                    .isEqualTo(
                            "object storage refuses to write '%s' for good, 5 times in 5 minutes while it answers otherwise; the last time: object storage: 500"
                                    .formatted(part));
        }
    }

    /** The first ten records. */
    private static void refuseForGood(TaskFixture fixture) throws Exception {
        for (int i = 0; i < 4; i++) {
            String fence = "try" + i;
            assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> fixture.work(0, 10, fence));
            fixture.clock.pass(Duration.ofSeconds(75));
        }
        assertThat(fixture.work(0, 10, "try4")).isInstanceOf(CommitAnswer.Committed.class);
        assertThat(fixture.tasks.commits(fixture.task.id(), 0, 1).getFirst().lost())
                .isNotNull();
    }

    @Test
    void commitsWhatItHasOnceItsTimeIsUpAndTheRestIsAHole() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder, Limits.commit(Duration.ofNanos(1)))) {
            fixture.put("in/a.csv", rows(0, 3));
            fixture.put("in/b.csv", rows(3, 40));
            fixture.plan();

            assertThat(fixture.work(0, 40, "f")).isEqualTo(committed(0, 1, "f", 0));
            assertThat(fixture.answers(0, 1, "f")).isEqualTo(answers(0, 1));
            assertThat(fixture.tasks.holes(fixture.task.id(), 0, 9)).containsExactly(new ChunkRange(1, 40));
            assertThat(fixture.work(2, 40, "g")).isEqualTo(committed(2, 3, "g", 0));
        }
    }

    /** What waits for an instance then is not begun, so that no answer is thrown away and {@code done} does not fall. */
    @Test
    void commitsWhatHasBegunOnceItsTimeIsUpAndBeginsNothingMore() throws Exception {
        Duration time = Duration.ofMillis(500);
        try (TaskFixture fixture = TaskFixture.tables(folder, Limits.commit(time));
                InstancePool pool = fixture.pool()) {
            fixture.put("in/a.csv", rows(0, 200));
            fixture.plan();
            fixture.model.hold(body -> true);
            long begun = System.nanoTime();
            Future<CommitAnswer> work = threads.submit(
                    () -> new ChunkWorker(fixture.tasks, fixture.storage(), folder, Limits.commit(time), fixture.budget)
                            .work(fixture.task, new ChunkRange(0, 200), "f", pool, Liveness.NONE));
            Await.until(
                    "its time is up and nothing waits",
                    () -> System.nanoTime() - begun > 2 * time.toNanos()
                            && fixture.model.calls() > 0
                            && pool.waiting() == 0,
                    pool::waiting);
            fixture.model.release();

            assertThat(work.get(20, TimeUnit.SECONDS)).isEqualTo(committed(0, fixture.model.calls(), "f", 0));
            assertThat(fixture.model.calls()).isLessThanOrEqualTo(Limits.USUAL.window());
            assertThat(fixture.tasks.progress(fixture.task.id()).orElseThrow().done())
                    .isEqualTo(fixture.model.calls());
            assertThat(fixture.budget.held()).isZero();
        }
    }

    /** Also behind a record that takes long: 64 are worked on or wait for an earlier one. */
    @ParameterizedTest
    @CsvSource({"r99, 99", "r0, 63"})
    void tellsWhatItHasAnsweredBeforeItIsCommitted(String slow, long told) throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder, Limits.commit(Duration.ofMinutes(1)))) {
            fixture.put("in/a.csv", rows(0, 100));
            fixture.plan();
            fixture.model.hold(body -> body.contains("\"%s\"".formatted(slow)));
            Thread work = Thread.ofVirtual().start(() -> {
                try {
                    fixture.work(0, 100, "f");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            Await.until(
                    "%d records are told of".formatted(told),
                    () -> fixture.tasks
                                    .progress(fixture.task.id())
                                    .orElseThrow()
                                    .done()
                            == told,
                    () -> fixture.tasks.progress(fixture.task.id()));
            assertThat(fixture.tasks.commits(fixture.task.id(), 0, 9)).isEmpty();
            fixture.model.release();
            work.join();

            assertThat(fixture.tasks.progress(fixture.task.id()).orElseThrow().done())
                    .isEqualTo(100);
        }
    }

    @Test
    void findsTheShorterRangeThatAnEarlierTryCommitted() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder, Limits.commit(Duration.ofNanos(1)))) {
            fixture.put("in/a.csv", rows(0, 40));
            fixture.plan();
            fixture.work(10, 40, "f");

            assertThat(ChunkWorker.committed(fixture.tasks, fixture.task, new ChunkRange(10, 40)))
                    .hasValueSatisfying(it -> assertThat(it.range()).isEqualTo(new ChunkRange(10, 11)));
            assertThat(ChunkWorker.committed(fixture.tasks, fixture.task, new ChunkRange(5, 40)))
                    .isEmpty();
        }
    }

    @Test
    void losesAgainstTheExecutionThatCommittedFirst() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 4));
            fixture.plan();
            fixture.work(0, 4, "first");

            assertThat(fixture.work(0, 4, "second")).isEqualTo(committed(0, 4, "first", 0));
            assertThat(fixture.work(0, 3, "third")).isEqualTo(new CommitAnswer.Overlapping());
            assertThat(fixture.tasks.commits(fixture.task.id(), 0, 9))
                    .containsExactly(new ChunkCommit(new ChunkRange(0, 4), "first", 0));
        }
    }

    @Test
    void commitsNothingAfterTheSeal() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 4));
            fixture.plan();
            fixture.tasks.seal(fixture.task.id(), Seal.stopped());

            assertThat(fixture.work(0, 4, "zombie")).isEqualTo(new CommitAnswer.Sealed());
        }
    }

    @Test
    void failsTheRecordsOfWhatWasChangedSinceThePlan() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 3));
            fixture.put("in/b.csv", rows(3, 5));
            fixture.plan();
            fixture.put("in/a.csv", rows(7, 10));

            assertThat(fixture.work(0, 5, "f")).isEqualTo(committed(0, 5, "f", 3));
            assertThat(fixture.answers(0, 5, "f").lines()).satisfies(lines -> assertThat(lines.subList(0, 3))
                    .allMatch(line -> line.contains("was changed or removed after the job began")));
            assertThat(fixture.answers(0, 5, "f")).endsWith(answers(3, 5));
        }
    }

    @Test
    void failsAFileThatIsGoneOrHasAnotherLength() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/a.json", "1");
            fixture.put("in/b.json", "2");
            fixture.put("in/c.json", "3");
            fixture.plan();
            fixture.store.delete(new ObjectUri("data", "in/a.json"));
            fixture.put("in/b.json", "22");

            assertThat(fixture.work(0, 3, "f")).isEqualTo(committed(0, 3, "f", 2));
            assertThat(fixture.answers(0, 3, "f")).isEqualTo("{\"got\": 3}");
        }
    }

    @Test
    void givesAllBytesBackWhateverBecomesOfTheRecords() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/a.json", "\"refuse\"");
            fixture.put("in/b.json", "\"poison\"");
            fixture.put("in/c.json", "3");
            fixture.plan();
            fixture.work(0, 3, "f");

            assertThat(fixture.budget.held()).isZero();
            assertThat(fixture.budget.mostHeld()).isPositive();
            assertThat(folder).isEmptyDirectory();
        }
    }

    /** Before it lets the models work, a later attempt asks for what was refused. */
    @Test
    void triesFirstWhatWasRefusedBefore() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/a.json", "1");
            fixture.put("in/b.json", "2");
            fixture.plan();
            fixture.store.refuse(Access.READ, uri -> uri.key().equals("in/b.json"));
            assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> fixture.work(0, 2, "f1"));
            int calls = fixture.model.calls();
            for (int minute = 2; minute <= 5; minute++) {
                fixture.clock.pass(Duration.ofSeconds(61));
                String fence = "f" + minute;
                assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> fixture.work(0, 2, fence));
            }
            assertThat(fixture.model.calls()).isEqualTo(calls);
            fixture.clock.pass(Duration.ofSeconds(61));

            assertThat(fixture.work(0, 2, "last")).isEqualTo(committed(0, 2, "last", 1));
            assertThat(fixture.answers(0, 2, "last")).isEqualTo("{\"got\": 1}");
        }
    }

    @Test
    void writesTheChunkOffWhenItsPartIsRefusedForGood() throws Exception {
        try (TaskFixture fixture = TaskFixture.files(folder)) {
            fixture.put("in/a.json", "1");
            fixture.plan();
            fixture.store.refuse(Access.WRITE, uri -> uri.key().contains("/parts/"));
            for (int minute = 1; minute <= 5; minute++) {
                String fence = "f" + minute;
                assertThatExceptionOfType(Unavailable.class).isThrownBy(() -> fixture.work(0, 1, fence));
                fixture.clock.pass(Duration.ofSeconds(61));
            }
            CommitAnswer answer = fixture.work(0, 1, "last");

            assertThat(answer).isInstanceOfSatisfying(CommitAnswer.Committed.class, committed -> {
                assertThat(committed.winner().failed()).isEqualTo(1);
                assertThat(Objects.requireNonNull(committed.winner().lost())).contains("for good");
            });
            assertThat(fixture.model.calls())
                    .as("only the first attempt asked the model")
                    .isEqualTo(1);
        }
    }

    @Test
    void endsWhenNoInstanceIsReady() throws Exception {
        BatchLimits impatient = Limits.withoutInstances(Duration.ofMillis(300));
        try (TaskFixture fixture = TaskFixture.files(folder, impatient)) {
            fixture.put("in/a.json", "1");
            fixture.plan();
            fixture.ready();

            assertThatExceptionOfType(NoInstances.class).isThrownBy(() -> fixture.work(0, 1, "f"));
            assertThat(folder).isEmptyDirectory();
        }
    }

    /** What is not given back then is lost to all jobs of the process, until they wait for ever. */
    @Test
    void givesTheBytesOfRowsBackWhenItEndsBetweenThem() throws Exception {
        BatchLimits impatient = Limits.withoutInstances(Duration.ofMillis(300));
        try (TaskFixture fixture = TaskFixture.tables(folder, impatient)) {
            fixture.put("in/a.csv", rows(0, 200));
            fixture.plan();
            fixture.ready();

            assertThatExceptionOfType(NoInstances.class).isThrownBy(() -> fixture.work(0, 200, "f"));
            assertThat(fixture.budget.held()).isZero();
        }
    }

    @Test
    void givesTheBytesOfRowsBackWhenItIsCancelled() throws Exception {
        try (TaskFixture fixture = TaskFixture.tables(folder)) {
            fixture.put("in/a.csv", rows(0, 200));
            fixture.plan();
            fixture.model.hold(body -> true);
            Liveness cancelledOnceItWorks = done -> {
                if (fixture.model.calls() > 0) {
                    throw new CancellationException("cancelled");
                }
            };

            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> fixture.work(0, 200, "f", cancelledOnceItWorks));
            assertThat(fixture.budget.mostHeld()).isPositive();
            assertThat(fixture.budget.held()).isZero();
        }
    }

    private static CommitAnswer committed(long from, long to, String fence, long failed) {
        return new CommitAnswer.Committed(new ChunkCommit(new ChunkRange(from, to), fence, failed));
    }

    private static String rows(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "r%d,%d%n".formatted(i, i))
                .collect(Collectors.joining());
    }

    private static String answers(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"got\":{\"a\":\"r%d\",\"b\":%d}}%n".formatted(i, i))
                .collect(Collectors.joining());
    }
}
