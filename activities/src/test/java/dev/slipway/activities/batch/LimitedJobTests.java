package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.service.JobLimits;
import dev.slipway.testing.instance.Await;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that are ended although records are left: real workflow, real activities. */
@Timeout(90)
class LimitedJobTests {
    private final BatchFixture fixture;

    LimitedJobTests(@TempDir Path folder) {
        fixture = new BatchFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void endsWithWhatItHasWhenTooManyRecordsFail() {
        fixture.put("in/a.csv", rows(0, 90) + "refuse,1\n".repeat(10) + rows(100, 700));
        BatchFixture.Job job = fixture.tables(new JobLimits(9L, 1, null));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(result.error()).isEqualTo("10 records failed, more than limits.failed_records 9");
        assertThat(result.records()).isEqualTo(700);
        List<String> lines = job.result("a.csv_result.txt");
        assertThat(lines).as("each record has its outcome").hasSize(700);
        assertThat(lines.getFirst()).isEqualTo("{\"got\":{\"a\":\"r0\",\"b\":0}}");
        assertThat(lines.getLast()).contains("ModelArts.4203", "10 records failed, more than limits.failed_records 9");
        assertThat(fixture.model.calls()).as("it did not go on to its end").isLessThan(700);
        assertThat(job.manifest()).singleElement().asString().contains("FAILED");
        assertThat(job.hasLeftNothing()).isTrue();
    }

    /** The control of the test above: the same records, one failure more allowed. */
    @Test
    void goesOnAsLongAsNoMoreRecordsFailThanItMay() {
        fixture.put("in/a.csv", rows(0, 90) + "refuse,1\n".repeat(10) + rows(100, 700));
        BatchFixture.Job job = fixture.tables(new JobLimits(10L, 0.1, null));

        assertThat(BatchFixture.result(job.start())).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 1, 700, 10));
    }

    @Test
    void judgesTheRatioAtTheEndOfASmallJobToo() {
        fixture.put("in/a.csv", rows(0, 9) + "refuse,1\n");
        BatchFixture.Job job = fixture.tables(new JobLimits(null, 0.05, null));
        BatchResult result = BatchFixture.result(job.start());

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(result.error()).contains("1 of 10 records failed, more than limits.failed_ratio 0.05");
        assertThat(job.result("a.csv_result.txt")).hasSize(10);
    }

    @Test
    void endsWithWhatItHasAtItsDeadline() {
        fixture.put("in/a.csv", rows(0, 150));
        fixture.model.hold(body -> body.contains("r120"));
        BatchFixture.Job job = fixture.tables(new JobLimits(null, 1, Duration.ofSeconds(12)));
        WorkflowStub workflow = job.start();
        BatchResult result = BatchFixture.result(workflow);

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(result.error()).contains("its deadline", "(limits.deadline_in_minutes) was reached");
        List<String> lines = job.result("a.csv_result.txt");
        assertThat(lines).hasSize(150);
        assertThat(lines.get(119)).isEqualTo("{\"got\":{\"a\":\"r119\",\"b\":119}}");
        assertThat(lines.subList(120, 150)).allMatch(line -> line.contains("its deadline"));
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void itsDeadlineEndsAPauseToo() {
        fixture.put("in/a.csv", rows(0, 3));
        BatchFixture.Job job = fixture.tables(new JobLimits(null, 1, Duration.ofSeconds(8)));
        job.ask(TaskCommand.PAUSE);
        WorkflowStub workflow = job.start();
        Await.until(
                "it is paused",
                () -> fixture.tasks
                        .progress(job.task)
                        .filter(it -> it.status() == TaskStatus.PAUSED)
                        .isPresent(),
                () -> fixture.tasks.progress(job.task));
        BatchResult result = BatchFixture.result(workflow);

        assertThat(result.end()).isEqualTo(BatchEnd.FAILED);
        assertThat(result.records()).as("it was planned for its manifest").isEqualTo(3);
        assertThat(job.manifest()).hasSize(1);
        assertThat(fixture.model.calls()).isZero();
    }

    private static String rows(int from, int to) {
        return IntStream.range(from, to).mapToObj("r%1$d,%1$d\n"::formatted).collect(Collectors.joining());
    }
}
