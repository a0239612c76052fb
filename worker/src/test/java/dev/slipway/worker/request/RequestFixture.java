package dev.slipway.worker.request;

import com.google.protobuf.ByteString;
import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.model.ImportRowsImpl;
import dev.slipway.activities.request.RequestActivitiesImpl;
import dev.slipway.activities.service.ServiceActivitiesImpl;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.batch.BatchTask;
import dev.slipway.domain.batch.ChunkCommit;
import dev.slipway.domain.batch.ChunkRange;
import dev.slipway.domain.batch.PlanTotals;
import dev.slipway.domain.batch.Seal;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelStore.ModelQuery;
import dev.slipway.domain.request.RequestCommands;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceStore.ServiceQuery;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.testing.access.InMemoryAccountStore;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.batch.Tasks;
import dev.slipway.testing.event.InMemoryEventStore;
import dev.slipway.testing.fault.BrokenSteps;
import dev.slipway.testing.fault.Interruption;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.pool.InMemoryAdmission;
import dev.slipway.testing.request.InMemoryRequestStore;
import dev.slipway.testing.rollout.InMemoryRolloutStore;
import dev.slipway.testing.route.InMemoryGateways;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.wait.InMemoryWaitStore;
import dev.slipway.worker.wait.WaitWatcher;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.connection.WorkflowSignals;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchEnd;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.request.AcceptedRequest;
import dev.slipway.workflows.contract.request.RequestActivities;
import dev.slipway.workflows.contract.request.RequestOrder;
import dev.slipway.workflows.contract.request.RequestStanding;
import dev.slipway.workflows.contract.request.Withdrawn;
import dev.slipway.workflows.contract.service.ServiceStep;
import dev.slipway.workflows.request.DeployServiceImpl;
import dev.slipway.workflows.request.ImportModelImpl;
import dev.slipway.workflows.request.RunBatchImpl;
import io.temporal.api.common.v1.Payload;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.converter.RawValue;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Commands, request workflows and their activities over rows in memory. Nobody does the work: a test settles rows as its workflow would. */
final class RequestFixture implements AutoCloseable {

    static final String ID = "request";
    static final ProjectId PROJECT = Services.anyProject();

    final InMemoryModelStore models = new InMemoryModelStore();
    final InMemoryServiceStore services = new InMemoryServiceStore(models::find, event -> {});
    final InMemoryBatchStore tasks = new InMemoryBatchStore();
    final InMemoryAccountStore accounts = new InMemoryAccountStore();
    final AtomicInteger entries = new AtomicInteger();
    /** Asked before each activity; gets names of {@link BrokenSteps}. */
    volatile Interruption fault = call -> {};

    /** Runs before each acceptance, and after it. */
    volatile Runnable beforeEntry = () -> {};

    volatile Runnable afterEntry = () -> {};

    final ServiceCommands commands;
    final ImportRowsImpl imports = new ImportRowsImpl(models, Clock.systemUTC());
    private final InMemoryWaitStore waits = new InMemoryWaitStore();
    private final BackgroundWakes wakes = new BackgroundWakes();
    private final WaitWatcher waitWatcher;
    private final ServiceActivitiesImpl life;
    private final TestWorkflowEnvironment temporal;
    private String latest = ID;

    RequestFixture() {
        this(5);
    }

    /** @param tries how often a step that fails unexpectedly is tried */
    RequestFixture(int tries) {
        this(tries, ProjectObjects.ofEverybody());
    }

    /** @param objects which of them the project may name */
    RequestFixture(int tries, ProjectObjects objects) {
        commands = new ServiceCommands(services, Services.pools(), objects, service -> {}, Clock.systemUTC());
        life = new ServiceActivitiesImpl(
                services,
                new InMemoryInstanceSetStore(),
                new InMemoryRolloutStore(),
                tasks,
                waits,
                commands,
                Clock.systemUTC());
        accounts.put(new Project(PROJECT, "local", new Account("tenant-1", "acme")));
        TestEnvironmentOptions.Builder options = TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(Payloads.converter())
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(
                                new FailureInterceptor((workflow, activity, attempt, lasts, reason) -> {}, tries))
                        .build());
        Attributes.ALL.forEach(key -> options.registerSearchAttribute(key.getName(), key.getValueType()));
        temporal = TestWorkflowEnvironment.newInstance(options.build());
        Worker control = temporal.newWorker(Queues.CONTROL);
        control.registerWorkflowImplementationTypes(RunBatchImpl.class, DeployServiceImpl.class, ImportModelImpl.class);
        RequestActivities activities = new RequestActivitiesImpl(
                new RequestCommands(
                        new InMemoryRequestStore(),
                        commands,
                        new ModelCommands(models, Services.pools(), model -> {}, objects, Clock.systemUTC())),
                accounts,
                models,
                services,
                tasks,
                new InMemoryAdmission(Services.pools(), Clock.systemUTC()),
                waits,
                "obs.local",
                Clock.systemUTC());
        control.registerActivitiesImplementations(Interruption.before(
                watched(activities),
                RequestActivities.class,
                call -> fault.before(BrokenSteps.name(RequestActivities.class, call))));
        temporal.start();
        waitWatcher = new WaitWatcher(
                waits,
                new InMemoryInstanceSetStore(),
                new InMemoryGateways(Clock.systemUTC()),
                services,
                models,
                tasks,
                new InMemoryEventStore(),
                workflow -> new WorkflowSignals(temporal.getWorkflowClient()).wakeRunning(workflow),
                wakes,
                () -> true,
                Clock.systemUTC());
        services.onChange(service -> waitWatcher.checkSoon());
        waits.onChange(waitWatcher::checkSoon);
        waitWatcher.start();
    }

    private RequestActivities watched(RequestActivities activities) {
        return new RequestActivities() {
            @Override
            public AcceptedRequest accept(RequestOrder order, RawValue input) {
                beforeEntry.run();
                AcceptedRequest accepted = activities.accept(order, input);
                entries.incrementAndGet();
                afterEntry.run();
                return accepted;
            }

            @Override
            public RequestStanding follow(RequestOrder order, AcceptedRequest accepted) {
                return activities.follow(order, accepted);
            }

            @Override
            public void refuse(RequestOrder order, String why) {
                activities.refuse(order, why);
            }

            @Override
            public Withdrawn withdraw(AcceptedRequest accepted, @Nullable RequestOrder order) {
                return activities.withdraw(accepted, order);
            }
        };
    }

    /** A model that can be deployed. */
    Model published(String version) {
        Model model = Services.published(PROJECT, "iris", version);
        models.change(model.id(), row -> {
            row.insert(model);
            return model;
        });
        return model;
    }

    static RawValue json(String text) {
        return encoded("json/plain", text);
    }

    static RawValue encoded(String encoding, String text) {
        return new RawValue(Payload.newBuilder()
                .putMetadata("encoding", ByteString.copyFromUtf8(encoding))
                .setData(ByteString.copyFromUtf8(text))
                .build());
    }

    WorkflowStub start(String type, Object... inputs) {
        return start(ID, type, inputs);
    }

    WorkflowStub start(String workflowId, String type, Object... inputs) {
        latest = workflowId;
        WorkflowStub stub = temporal.getWorkflowClient()
                .newUntypedWorkflowStub(
                        type,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(Queues.CONTROL)
                                .setWorkflowId(workflowId)
                                .build());
        stub.start(inputs);
        return stub;
    }

    void cancel() {
        temporal.getWorkflowClient().newUntypedWorkflowStub(ID).cancel();
    }

    void letPass(Duration time) {
        temporal.sleep(time);
    }

    /** Of the request that was started last. */
    WorkflowExecutionHistory history() {
        return temporal.getWorkflowClient().fetchHistory(latest);
    }

    /** The account of the request that was started last, as a search finds it; null if it has none. */
    @Nullable
    String tenant() {
        return temporal.getWorkflowClient()
                .newUntypedWorkflowStub(latest)
                .describe()
                .getTypedSearchAttributes()
                .get(Attributes.TENANT);
    }

    /** The service of that name once it is there in that generation. */
    Service awaitService(String name, long generation) {
        Await.until(
                "service '%s' in generation %d".formatted(name, generation),
                () -> named(name)
                        .filter(service -> service.numbers().generation() == generation)
                        .isPresent(),
                () -> named(name));
        return named(name).orElseThrow();
    }

    Optional<Service> named(String name) {
        return services.list(PROJECT, ServiceQuery.named(name)).services().stream()
                .findFirst();
    }

    Model awaitModel(String name) {
        Await.until("model '%s'".formatted(name), () -> model(name).isPresent(), () -> "none");
        return model(name).orElseThrow();
    }

    Optional<Model> model(String name) {
        return models.list(PROJECT, ModelQuery.versionsOf(name, 1)).models().stream()
                .findFirst();
    }

    /** As the workflow of the service writes it. */
    void jobEnds(Service service, BatchEnd end, @Nullable String error) {
        life.batchEnded(step(service), new BatchResult(end, error, 1, 1, 0));
    }

    /** As the job's workflow writes it before the service's one hears of it. */
    void taskEnds(Service service, long records, long failed) {
        TaskId task = new TaskId(Objects.requireNonNull(service.taskId()));
        tasks.open(BatchTask.draft(task, service.id(), Tasks.spec(), Services.NOON));
        tasks.planned(task, new PlanTotals(1, records));
        tasks.commit(task, new ChunkCommit(new ChunkRange(0, records), "f", failed));
        tasks.seal(task, Seal.finished());
        tasks.end(task, null, Services.NOON);
    }

    void deleted(Service service) {
        life.deleted(step(service));
    }

    void deployed(Service service) {
        life.share(step(service));
    }

    void stopped(Service service) {
        life.stopped(step(service));
    }

    private static ServiceStep step(Service service) {
        return new ServiceStep(
                service.id().value(),
                service.numbers().generation(),
                WorkflowIds.service(service.name(), service.id().value()));
    }

    @Override
    public void close() {
        waitWatcher.close();
        wakes.close();
        temporal.close();
    }
}
