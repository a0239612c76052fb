package dev.slipway.activities.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.domain.batch.TaskStatus;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.service.ExtrasChange;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.service.Services;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import io.temporal.api.enums.v1.EventType;
import io.temporal.client.WorkflowStub;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs that users pause and resume: real workflow, real activities. */
@Timeout(90)
class PausedJobTests {
    private BatchFixture fixture;
    private final Path folder;

    PausedJobTests(@TempDir Path folder) {
        this.folder = folder;
        fixture = new BatchFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void keepsWhatWasAnsweredGivesEverythingBackAndGoesOn() {
        BatchFixture.Job job = heldAt120();
        job.wakeService();
        awaitHeld(job);
        job.ask(TaskCommand.PAUSE);
        awaitPaused(job);

        assertThat(job.hasLeftNothing()).isTrue();
        assertThat(job.done()).as("committed at a record boundary").isEqualTo(120);
        assertThat(job.state()).as("clients know no other").isEqualTo(ServiceState.RUNNING);
        assertThat(fixture.services.eventTexts(job.service.id()))
                .containsSubsequence("Pausing batch job.", "Batch job paused.");

        fixture.model.release();
        job.ask(TaskCommand.RESUME);
        Await.until("it is finished", () -> job.state() == ServiceState.FINISHED, job::progress);
        assertThat(job.progress().status()).isEqualTo(TaskStatus.FINISHED);
        assertThat(job.result("a.csv_result.txt")).isEqualTo(answers(0, 150));
        assertThat(IntStream.range(0, 120).map(i -> fixture.model.callsOf("{\"a\":\"r%d\",\"b\":%d}".formatted(i, i))))
                .as("only what had no outcome is sent")
                .containsOnly(1);
        assertThat(fixture.services.eventTexts(job.service.id())).contains("Resuming batch job.");
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void writesTheSameBytesAsAnUndisturbedJob() {
        BatchFixture.Job job = heldAt120();
        WorkflowStub workflow = job.start();
        awaitHeld(job);
        workflow.signal("pause");
        awaitPaused(job);
        fixture.model.release();
        workflow.signal("resume");
        BatchResult paused = BatchFixture.result(workflow);

        List<String> written = written(job);

        fixture.close();
        fixture = new BatchFixture(folder);
        fixture.put("in/a.csv", rows(0, 150));
        BatchFixture.Job other = fixture.tables(1);
        assertThat(BatchFixture.result(other.start())).as("undisturbed").isEqualTo(paused);
        assertThat(written(other)).isEqualTo(written);
    }

    @Test
    void aPauseOfASignalIsTheSameCommandAndHasTheSameEvent() {
        BatchFixture.Job job = heldAt120();
        WorkflowStub workflow = job.start();
        awaitHeld(job);
        workflow.signal("pause");
        workflow.signal("pause");
        awaitPaused(job);

        assertThat(fixture.tasks.control(job.task))
                .hasValueSatisfying(control -> assertThat(control.isPaused()).isTrue());
        assertThat(fixture.services.eventTexts(job.service.id()))
                .as("the second asks for nothing new")
                .containsOnlyOnce("Pausing batch job.");
    }

    @Test
    void aPausedJobThatIsStoppedEndsWithWhatItHas() {
        BatchFixture.Job job = heldAt120();
        job.wakeService();
        awaitHeld(job);
        job.ask(TaskCommand.PAUSE);
        awaitPaused(job);
        job.stop();
        Await.until("it is stopped", () -> job.state() == ServiceState.STOPPED, job::progress);

        assertThat(job.progress().failed()).isEqualTo(30);
        assertThat(job.result("a.csv_result.txt"))
                .hasSize(150)
                .startsWith(answers(0, 120).toArray(String[]::new));
        assertThat(job.manifest()).singleElement().asString().contains("30 of 150 rows failed, cancelled");
        assertThat(job.hasLeftNothing()).isTrue();
    }

    @Test
    void aJobThatWaitsForSlotsLeavesTheQueueWhileItIsPaused() {
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
        workflow.signal("pause");
        awaitPaused(job);
        assertThat(job.hasLeftNothing()).isTrue();

        fixture.admission.release(other);
        workflow.signal("resume");
        assertThat(BatchFixture.result(workflow).end()).isEqualTo(BatchEnd.FINISHED);
    }

    @Test
    void aJobThatWaitsForSlotsTakesTheNewPriorityOfItsService() {
        fixture.put("in/a.csv", rows(0, 3));
        for (String other : List.of("holds", "waits")) {
            fixture.admission.claim(
                    new Claim(new Holder("task/" + other), Services.POOL, Services.FLAVOR, 8, 2, "service/" + other));
        }
        BatchFixture.Job job = fixture.tables(1);
        job.wakeService();
        Await.until("it waits behind another", () -> position(job) == 2, () -> position(job));
        job.update(new ServiceUpdate(null, null, null, null, 3, ExtrasChange.none()));
        Await.until("it is the first", () -> position(job) == 1, () -> position(job));

        fixture.admission.release(new Holder("task/holds"));
        job.wakeService();
        Await.until("it is finished", () -> job.state() == ServiceState.FINISHED, job::progress);
    }

    /** 0 if it does not wait. */
    private int position(BatchFixture.Job job) {
        return fixture.admission.standing(job.task.holder()) instanceof Grant.Waiting waiting ? waiting.position() : 0;
    }

    @Test
    void aJobThatWasPausedBeforeItBeganClaimsNothing() {
        fixture.put("in/a.csv", rows(0, 3));
        BatchFixture.Job job = fixture.tables(1);
        job.ask(TaskCommand.PAUSE);
        WorkflowStub workflow = job.start();
        awaitPaused(job);
        assertThat(job.history().getEvents())
                .filteredOn(event -> event.getEventType() == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
                .extracting(event -> event.getActivityTaskScheduledEventAttributes()
                        .getActivityType()
                        .getName())
                .doesNotContain("BatchClaimSlots");

        job.ask(TaskCommand.RESUME);
        workflow.signal("wake");
        assertThat(BatchFixture.result(workflow).end()).isEqualTo(BatchEnd.FINISHED);
    }

    @Test
    void goesOnPausedWhenItsRunIsLost() {
        BatchFixture.Job job = heldAt120();
        WorkflowStub lost = job.start();
        awaitHeld(job);
        lost.signal("pause");
        awaitPaused(job);
        lost.terminate("lost");
        fixture.model.release();
        WorkflowStub again = job.start();
        Await.until(
                "it rests again",
                () -> job.history().getEvents().stream()
                        .anyMatch(event -> event.getEventType() == EventType.EVENT_TYPE_TIMER_STARTED),
                job::progress);
        assertThat(job.progress().status()).isEqualTo(TaskStatus.PAUSED);

        again.signal("resume");
        assertThat(BatchFixture.result(again)).isEqualTo(new BatchResult(BatchEnd.FINISHED, null, 1, 150, 0));
    }

    /** The wall against a step of a process that was thought dead: without it a paused job would have instances. */
    @Test
    void aLateStepBringsBackNoInstances() {
        BatchFixture.Job job = heldAt120();
        job.start();
        awaitHeld(job);
        job.running().signal("pause");
        awaitPaused(job);
        TaskInstances instances = new TaskInstances(fixture.services, fixture.sets, fixture.tasks);

        assertThat(instances.want(fixture.tasks.find(job.task).orElseThrow())).isFalse();
        assertThat(fixture.sets.all()).isEmpty();
        fixture.tasks.resumed(job.task);
        assertThat(instances.want(fixture.tasks.find(job.task).orElseThrow()))
                .as("the control: it is the pause that refuses")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wish", "command", "paused", "resumed"})
    void endsLegallyWhateverStepOfAPauseIsBroken(String broken) {
        fixture.close();
        fixture = new BatchFixture(folder, 1);
        BatchFixture.Job job = heldAt120();
        job.wakeService();
        awaitHeld(job);
        // Not before: a job that anything wakes asks what users want, and would fail before it is held.
        fixture.fault = call -> {
            if (call.equals("BatchTaskActivities." + broken)) {
                throw new IllegalStateException("'%s' is broken".formatted(call));
            }
        };
        job.running().signal("pause");
        if (broken.equals("resumed")) {
            awaitPaused(job);
            job.running().signal("resume");
        }
        Await.until("it has failed", () -> job.state() == ServiceState.FAILED, job::state);

        assertThat(job.error()).contains("'BatchTaskActivities.%s' is broken".formatted(broken));
        assertThat(job.manifest()).singleElement().asString().contains("30 of 150 rows failed");
        assertThat(job.hasLeftNothing()).isTrue();
    }

    private static List<String> written(BatchFixture.Job job) {
        return List.of(
                job.text(job.folders().result("a.csv_result.txt")),
                job.text(job.folders().manifest(0)).replace(job.task.value(), "ID"));
    }

    private BatchFixture.Job heldAt120() {
        fixture.put("in/a.csv", rows(0, 150));
        fixture.model.hold(body -> body.contains("r120"));
        return fixture.tables(1);
    }

    private void awaitHeld(BatchFixture.Job job) {
        Await.until("a chunk is committed", () -> job.done() >= 100, job::done);
        Await.until("the second waits", () -> fixture.model.calls() > 120, fixture.model::calls);
    }

    /** With neither instances nor slots, and its wait begun. */
    private void awaitPaused(BatchFixture.Job job) {
        Await.until(
                "it is paused",
                () -> fixture.tasks
                                .progress(job.task)
                                .filter(it -> it.status() == TaskStatus.PAUSED)
                                .isPresent()
                        && job.hasLeftNothing(),
                () -> fixture.tasks.progress(job.task));
    }

    private static String rows(int from, int to) {
        return IntStream.range(from, to).mapToObj("r%1$d,%1$d\n"::formatted).collect(Collectors.joining());
    }

    private static List<String> answers(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj("{\"got\":{\"a\":\"r%1$d\",\"b\":%1$d}}"::formatted)
                .toList();
    }
}
