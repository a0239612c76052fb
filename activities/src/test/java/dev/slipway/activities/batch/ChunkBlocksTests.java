package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.CommitAnswer;
import io.temporal.client.ActivityCanceledException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that go to our own server in blocks: what {@link ChunkWorkerTests} promises of single ones holds for each of them. */
@Timeout(60)
class ChunkBlocksTests {

    @TempDir
    private Path folder;

    @Test
    void writesTheAnswersOfManyBlocksInRowOrder() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder);
                ModelServer another = new ModelServer()) {
            fixture.ready(fixture.model.address(), another.address());
            plan(fixture, 5_000, i -> "r%d,%d".formatted(i, i));

            assertThat(fixture.work(0, 5_000, "f")).isEqualTo(committed(5_000, 0));
            assertThat(lines(fixture, 5_000)).isEqualTo(answers(0, 5_000));
            assertThat(fixture.model.calls() + another.calls()).isEqualTo(5_000);
            assertThat(fixture.model.connections() + another.connections())
                    .as("over two connections to each")
                    .isLessThanOrEqualTo(4);
            assertThat(fixture.budget.held()).isZero();
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void failsTheRowThatEndsInstancesAndBlamesNoNeighbour() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder)) {
            plan(fixture, 300, i -> i == 100 ? "poison,1" : "r%d,%d".formatted(i, i));

            assertThat(fixture.work(0, 300, "f")).isEqualTo(committed(300, 1));
            List<String> lines = lines(fixture, 300);
            assertThat(lines.get(100)).contains("ModelArts.4503", "tried 3 times");
            assertThat(lines.subList(0, 100)).isEqualTo(answers(0, 100));
            assertThat(lines.subList(101, 300)).isEqualTo(answers(101, 300));
            assertThat(fixture.model.callsOf("{\"a\":\"poison\",\"b\":1}")).isEqualTo(3);
            assertThat(fixture.model.callsOf("{\"a\":\"r99\",\"b\":99}")).isEqualTo(1);
        }
    }

    /** The server answers many rows in one piece, so those before the one that ends it are lost with it. */
    @Test
    void findsTheRowThatEndsInstancesAmongAnswersThatWereLost() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder);
                LateAnswers late = new LateAnswers()) {
            fixture.ready(late.address());
            plan(fixture, 2_000, i -> i == 1_777 ? "poison,1" : "r%d,%d".formatted(i, i));

            assertThat(fixture.work(0, 2_000, "f")).isEqualTo(committed(2_000, 1));
            List<String> lines = lines(fixture, 2_000);
            assertThat(lines.get(1_777)).contains("ModelArts.4503", "tried 3 times");
            assertThat(lines.subList(0, 1_777)).isEqualTo(answers(0, 1_777));
            assertThat(lines.subList(1_778, 2_000)).isEqualTo(answers(1_778, 2_000));
            assertThat(late.deaths()).as("each costs the start of an instance").isEqualTo(3);
        }
    }

    @Test
    void failsTheRowsThatAreRefusedOrFitNoRequest() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder)) {
            plan(
                    fixture,
                    200,
                    i -> i % 10 == 3 ? "refuse,%d".formatted(i) : i % 10 == 7 ? "r,x" : "r%d,%d".formatted(i, i));

            assertThat(fixture.work(0, 200, "f")).isEqualTo(committed(200, 40));
            List<String> lines = lines(fixture, 200);
            for (int i = 0; i < 200; i++) {
                switch (i % 10) {
                    case 3 -> assertThat(lines.get(i)).contains("ModelArts.4204", "the model answered 500: no");
                    case 7 ->
                        assertThat(lines.get(i))
                                .contains("line %d, column 2 ('b'): expected a number".formatted(i + 1));
                    default ->
                        assertThat(lines.get(i)).isEqualTo(answers(i, i + 1).getFirst());
                }
            }
        }
    }

    @Test
    void answersWhereNoRowFitsARequest() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder)) {
            plan(fixture, 50, i -> "only");

            assertThat(fixture.work(0, 50, "f")).isEqualTo(committed(50, 50));
            assertThat(lines(fixture, 50)).hasSize(50).allMatch(line -> line.contains("column 2 ('b') is missing"));
            assertThat(fixture.model.calls()).isZero();
        }
    }

    /** Longer than what is kept in memory of one answer, and of all answers of a block. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 20_000})
    void keepsLongAnswersInOrder(int length) throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder)) {
            String filler = "x".repeat(length);
            plan(fixture, 150, i -> "r%d%s,%d".formatted(i, i % 5 == 0 ? "" : filler, i));

            assertThat(fixture.work(0, 150, "f")).isEqualTo(committed(150, 0));
            assertThat(lines(fixture, 150))
                    .isEqualTo(IntStream.range(0, 150)
                            .mapToObj(i ->
                                    "{\"got\":{\"a\":\"r%d%s\",\"b\":%d}}".formatted(i, i % 5 == 0 ? "" : filler, i))
                            .toList());
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void failsTheRowWhoseAnswerIsTooLong() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder, Limits.longestAnswer(1_000))) {
            plan(fixture, 60, i -> i == 30 ? "%s,1".formatted("x".repeat(1_000)) : "r%d,%d".formatted(i, i));

            assertThat(fixture.work(0, 60, "f")).isEqualTo(committed(60, 1));
            List<String> lines = lines(fixture, 60);
            assertThat(lines.get(30)).contains("the answer is longer than 1000 bytes");
            assertThat(lines.subList(31, 60)).isEqualTo(answers(31, 60));
        }
    }

    /** Also of the block that is being answered. */
    @Test
    void aStopKeepsWhatWasAnsweredUpToTheFirstThatWasNot() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder)) {
            plan(fixture, 1_000, i -> "r%d,%d".formatted(i, i));
            fixture.model.hold(body -> body.contains("\"r501\""));
            AtomicInteger beats = new AtomicInteger();
            Liveness stoppedOnceItIsHeld = done -> {
                boolean isHeld = fixture.model.callsOf("{\"a\":\"r501\",\"b\":501}") > 0;
                // a beat each second: the answers before it have arrived by then
                if (isHeld && beats.incrementAndGet() > 2) {
                    throw new ActivityCanceledException();
                }
            };

            CommitAnswer answer = fixture.work(0, 1_000, "f", stoppedOnceItIsHeld);
            assertThat(answer).isEqualTo(committed(501, 0));
            assertThat(lines(fixture, 501)).isEqualTo(answers(0, 501));
            assertThat(fixture.budget.held()).isZero();
        }
    }

    @Test
    void replacesAnInstanceThatAnswersNothingAndTriesTheRowElsewhere() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder, Limits.record(Duration.ofSeconds(1)));
                ModelServer hanging = new ModelServer()) {
            hanging.hold(body -> true);
            fixture.ready(hanging.address(), fixture.model.address());
            plan(fixture, 40, i -> "r%d,%d".formatted(i, i));

            assertThat(fixture.work(0, 40, "f")).isEqualTo(committed(40, 0));
            assertThat(lines(fixture, 40)).isEqualTo(answers(0, 40));
        }
    }

    @Test
    void givesAllBackWhenItIsCancelled() throws Exception {
        try (TaskFixture fixture = TaskFixture.blocks(folder)) {
            plan(fixture, 400, i -> "r%d,%d".formatted(i, i));
            fixture.model.hold(body -> true);
            Liveness cancelledOnceItWorks = done -> {
                if (fixture.model.calls() > 0) {
                    throw new CancellationException("cancelled");
                }
            };

            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> fixture.work(0, 400, "f", cancelledOnceItWorks));
            assertThat(fixture.budget.held()).isZero();
        }
    }

    private static void plan(TaskFixture fixture, int rows, IntFunction<String> row) throws Exception {
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < rows; i++) {
            table.append(row.apply(i)).append('\n');
        }
        fixture.put("in/a.csv", table.toString());
        fixture.plan();
    }

    private static List<String> lines(TaskFixture fixture, int records) {
        return fixture.answers(0, records, "f").lines().toList();
    }

    private static CommitAnswer committed(long records, long failed) {
        return new CommitAnswer.Committed(new ChunkCommit(new ChunkRange(0, records), "f", failed));
    }

    private static List<String> answers(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"got\":{\"a\":\"r%d\",\"b\":%d}}".formatted(i, i))
                .toList();
    }
}
