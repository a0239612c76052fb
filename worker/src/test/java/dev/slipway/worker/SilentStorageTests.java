package dev.slipway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.slipway.activities.batch.BatchLimits;
import dev.slipway.activities.batch.BatchWorkActivitiesImpl;
import dev.slipway.activities.batch.ByteBudget;
import dev.slipway.activities.batch.InstancePools;
import dev.slipway.activities.batch.StorageLimits;
import dev.slipway.activities.batch.TaskInstances;
import dev.slipway.activities.batch.TaskStorages;
import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.failure.OutageEvents;
import dev.slipway.activities.model.ImportStepsImpl;
import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.adapters.objectstore.ObjectStoreProperties;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.batch.Tasks;
import dev.slipway.testing.environment.InMemoryEnvironments;
import dev.slipway.testing.event.InMemoryEventStore;
import dev.slipway.testing.fault.SilentServer;
import dev.slipway.testing.image.FakeImagePulls;
import dev.slipway.testing.image.FakeImagePushes;
import dev.slipway.testing.image.InMemoryImageStore;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.workflows.contract.StepDetails;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.model.ImportSteps;
import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps whose object storage accepts connections and never answers: long before they fail, heartbeats and events say what they wait for. */
@Timeout(30)
class SilentStorageTests {

    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final Duration EACH = Duration.ofMillis(50);

    private final SilentServer server = SilentServer.start();
    private final S3ObjectStore objects = S3ObjectStore.open(
            new ObjectStoreProperties("http://127.0.0.1:" + server.port(), "us-east-1", "slipway", "secret"));
    private final InMemoryEventStore events = new InMemoryEventStore();
    private final InMemoryBatchStore tasks = new InMemoryBatchStore();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final FailureInterceptor.Outages outages = (workflow, activity, attempt, lasts, reason) -> {
        told.add(reason);
        // As if the time were that of an installation.
        new OutageEvents(events, tasks, Clock.systemUTC())
                .failed("model/m-1", activity, attempt, StepHeartbeats.PATIENCE, reason);
    };
    private final StepHeartbeats heartbeats = new StepHeartbeats(outages, PATIENCE, EACH);
    private final TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
    private final List<StepDetails> details = new CopyOnWriteArrayList<>();
    private final Path work;

    SilentStorageTests(@TempDir Path work) {
        this.work = work;
        temporal.setActivityHeartbeatListener(StepDetails.class, details::add);
    }

    @AfterEach
    void close() {
        server.close();
        temporal.close();
        objects.close();
    }

    private <T> T stub(Class<T> activities) {
        return temporal.newActivityStub(
                activities,
                ActivityOptions.newBuilder()
                        .setStartToCloseTimeout(Duration.ofMinutes(1))
                        // The SDK hands on one heartbeat in four fifths of it.
                        .setHeartbeatTimeout(Duration.ofSeconds(1))
                        .build());
    }

    private void awaitTold(String what) {
        Await.until(
                "heartbeat details",
                () -> details.stream().anyMatch(detail -> detail.waitsFor().startsWith(what + " for ")),
                () -> details);
        Await.until("the outage", () -> !told.isEmpty(), () -> told);
        assertThat(told).singleElement().asString().startsWith("no answer for ").endsWith(what);
        Await.until("an event", () -> !events.of("m-1").isEmpty(), () -> told);
        assertThat(events.of("m-1")).singleElement().satisfies(event -> assertThat(event.cause())
                .endsWith(what));
    }

    private void failsOnceItIsGone(CompletableFuture<?> step) {
        assertThat(step).isNotDone();
        server.close();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(step::join)
                .withCauseInstanceOf(ActivityFailure.class);
    }

    @Test
    void theCheckOfAPackageSaysWhichFolderItLists() {
        InMemoryModelStore models = new InMemoryModelStore();
        Model model = Models.asked("iris", "0.0.1");
        models.change(model.id(), row -> {
            row.insert(model);
            return model;
        });
        temporal.registerActivitiesImplementations(new ImportStepsImpl(
                models,
                events,
                objects,
                new InMemoryImageStore(),
                new InMemoryEnvironments(),
                new FakeImagePulls(),
                new FakeImagePushes(),
                ProjectObjects.ofEverybody(),
                heartbeats,
                Clock.systemUTC()));

        CompletableFuture<?> check = CompletableFuture.supplyAsync(
                () -> stub(ImportSteps.class).check(model.id().value()));

        awaitTold("listing 'obs://models/iris/model/' in object storage");
        failsOnceItIsGone(check);
    }

    @Test
    void thePlanOfAJobSaysWhichObjectItLooksFor() {
        BatchTask task = tasks.open(BatchTask.draft(new TaskId("t-1"), ServiceId.random(), Tasks.spec(), Models.NOON));
        InMemoryServiceStore services = new InMemoryServiceStore();
        InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();
        try (InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME)) {
            temporal.registerActivitiesImplementations(new BatchWorkActivitiesImpl(
                    new InstancePools(new TaskInstances(services, sets, tasks), BatchLimits.DEFAULT, client),
                    new TaskStorages(tasks, any -> true, objects, StorageLimits.DEFAULT, Clock.systemUTC()),
                    tasks,
                    "obs.local",
                    work,
                    BatchLimits.DEFAULT,
                    new ByteBudget(1 << 20),
                    heartbeats));

            CompletableFuture<?> plan = CompletableFuture.supplyAsync(() -> stub(BatchWorkActivities.class)
                    .plan(new BatchRun(task.service().value(), "job", "t-1", 1, null)));

            awaitTold("looking for 'obs://data/out/infer-result-t-1.work/plan/plan.json' in object storage");
            failsOnceItIsGone(plan);
        }
    }
}
