package dev.slipway.activities.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.event.Event;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.batch.Tasks;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.rollout.InMemoryRolloutStore;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.wait.InMemoryWaitStore;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Clock;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The event that closes a job: what it did, in figures, and where that stands. */
class JobEndEventTests {

    private final InMemoryServiceStore services = new InMemoryServiceStore();
    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final ServiceCommands commands =
            new ServiceCommands(services, Services.pools(), service -> {}, Clock.systemUTC());
    private final ServiceActivitiesImpl activities = new ServiceActivitiesImpl(
            services,
            new InMemoryInstanceSetStore(),
            new InMemoryRolloutStore(),
            tasks,
            new InMemoryWaitStore(),
            commands,
            Clock.systemUTC());
    private final Service job;
    private final TaskId task;

    JobEndEventTests() {
        Model model = Services.published(Models.PROJECT, "iris", "0.0.1");
        services.put(model);
        job = commands.create(
                Services.caller(Models.PROJECT), Services.batchCreation("nightly", Services.batchRequest(model.id())));
        task = new TaskId(Objects.requireNonNull(job.taskId()));
        tasks.open(BatchTask.draft(task, job.id(), Tasks.spec(), Services.NOON));
    }

    private void planned() {
        tasks.planned(task, new PlanTotals(2, 5));
        tasks.commit(task, new ChunkCommit(new ChunkRange(0, 4), "f", 2));
    }

    private Event ended(Seal seal, BatchEnd end, String error) {
        tasks.seal(task, seal);
        tasks.end(task, error.isEmpty() ? null : error, Services.NOON);
        activities.batchEnded(
                new ServiceStep(job.id().value(), 1, "service/job"),
                new BatchResult(end, error.isEmpty() ? null : error, 2, 5, 3));
        return services.events(job.id()).getLast();
    }

    @Test
    void hasRecordsFailuresAndTheManifestOfAFinishedOne() {
        planned();
        tasks.commit(task, new ChunkCommit(new ChunkRange(4, 5), "f", 1));

        Event event = ended(Seal.finished(), BatchEnd.FINISHED, "");
        assertThat(event.info()).isEqualTo("Service stopped automatically after running.");
        assertThat(event.cause())
                .isEqualTo("5 records in 2 files, 3 failed; manifest obs://data/out/infer-result-%s.manifest"
                        .formatted(task));
    }

    /** What was not done has failed. */
    @Test
    void hasThemOfAStoppedOne() {
        planned();

        Event event = ended(Seal.stopped(), BatchEnd.STOPPED, "");
        assertThat(event.info()).isEqualTo("Service stopped.");
        assertThat(event.cause())
                .isEqualTo("5 records in 2 files, 3 failed; manifest obs://data/out/infer-result-%s.manifest"
                        .formatted(task));
    }

    @Test
    void namesNoManifestWhereNoneCouldBeWritten() {
        planned();
        tasks.commit(task, new ChunkCommit(new ChunkRange(4, 5), "f", 1));

        Event event = ended(Seal.finished(), BatchEnd.FAILED, BatchTask.OUTPUT_ERROR + "bucket 'data' does not exist");
        assertThat(event.info()).contains("bucket 'data' does not exist");
        assertThat(event.cause()).isEqualTo("5 records in 2 files, 3 failed");
    }

    @Test
    void showsTheEndOfTheInstancesLogOnce() {
        Event event = ended(
                Seal.finished(),
                BatchEnd.FAILED,
                "exit code 3\nThe end of its log '/data/instance-logs/x/log':\nKeyError: 'MODE'");

        assertThat(event.info()).endsWith("Error message: exit code 3.");
        assertThat(event.cause()).isEqualTo("The end of its log '/data/instance-logs/x/log':\nKeyError: 'MODE'");
        assertThat(event.advice()).contains("the instance's log", "./slipway logs");
    }

    @Test
    void hasNoFiguresWhereNothingWasPlanned() {
        assertThat(ended(Seal.finished(), BatchEnd.FAILED, "src_path holds no input")
                        .cause())
                .isNull();
    }
}
