package dev.slipway.activities.batch;

import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.instance.InstanceActivitiesImpl;
import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.activities.instance.ServiceInstances;
import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.activities.instance.StateFollowers;
import dev.slipway.activities.service.ServiceActivitiesImpl;
import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.domain.batch.BatchCommands;
import dev.slipway.domain.batch.TaskCommand;
import dev.slipway.domain.batch.TaskFolders;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.batch.TaskProgress;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.service.BatchEntry;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.JobLimits;
import dev.slipway.domain.service.ModelReference;
import dev.slipway.domain.service.RollingLimits;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import dev.slipway.domain.storage.ObjectStore;
import dev.slipway.domain.storage.ObjectUri;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.fault.BrokenSteps;
import dev.slipway.testing.fault.Interruption;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.Models;
import dev.slipway.testing.part.TestTemporal;
import dev.slipway.testing.pool.InMemoryAdmission;
import dev.slipway.testing.rollout.InMemoryRolloutStore;
import dev.slipway.testing.route.InMemoryGateways;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.storage.InMemoryObjectStore;
import dev.slipway.testing.wait.InMemoryWaitStore;
import dev.slipway.testing.wait.ReconciledCluster;
import dev.slipway.workflows.batch.BatchInferenceImpl;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalProperties;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import dev.slipway.workflows.contract.BadEnd;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.batch.BatchInstanceActivities;
import dev.slipway.workflows.contract.batch.BatchResult;
import dev.slipway.workflows.contract.batch.BatchRun;
import dev.slipway.workflows.contract.batch.BatchTaskActivities;
import dev.slipway.workflows.contract.batch.BatchWorkActivities;
import dev.slipway.workflows.contract.service.ServiceActivities;
import dev.slipway.workflows.service.ServiceLifecycleImpl;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A batch service with all that its job meets: rows, storage and cluster in memory, Temporal's dev server, an instance over HTTP. */
final class BatchFixture implements AutoCloseable {
    static final StorageLimits STORAGE_LIMITS =
            new StorageLimits(3, Duration.ZERO, Duration.ofSeconds(20), Duration.ofSeconds(2));

    private static final String TWO_COLUMNS = """
            {"type":"object","properties":{"a":{"type":"string","index":0},"b":{"type":"number","index":1}}}""";

    private static final Pools POOLS = Services.pools();
    private static final Clock CLOCK = Clock.systemUTC();

    final InMemoryServiceStore services = new InMemoryServiceStore();
    /** Asked before each activity, and before the end of a job is written; gets names of {@link BrokenSteps}. */
    volatile Interruption fault = call -> {};

    final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();
    final InMemoryBatchStore tasks = new InMemoryBatchStore();
    /** What the job reads and writes, unless the fixture is {@link #over} another. */
    final InMemoryObjectStore store;

    private final Storage storage;
    final InMemoryAdmission admission = new InMemoryAdmission(POOLS, CLOCK);
    final FakeCluster cluster = new FakeCluster();
    private final InMemoryWaitStore waits = new InMemoryWaitStore();
    private final ReconciledCluster reconciled;
    final ModelServer model = new ModelServer();
    final ByteBudget budget = new ByteBudget(8 << 20);
    private final InstanceClient client = InstanceClient.start(1, ClientLimits.ONE_AT_A_TIME);
    private final TemporalConnection temporal = TemporalConnection.open(
            new TemporalProperties(TestTemporal.shared().address(), TestTemporal.NAMESPACE), "test");
    private final Path folder;
    private final int tries;
    private final WorkflowSignals signals = new WorkflowSignals(temporal.client());
    private final TemporalServiceWaker waker = new TemporalServiceWaker(signals);
    private WorkerFactory workers;
    private final ServiceCommands commands = new ServiceCommands(services, POOLS, waker, CLOCK);

    /**
     * Object storage as the jobs have it.
     *
     * @param clock the instants of refusals
     */
    record Storage(ObjectStore store, String bucket, StorageLimits limits, Clock clock) {}

    BatchFixture(Path folder) {
        this(folder, 5);
    }

    /** @param tries how often a step that fails unexpectedly is tried */
    BatchFixture(Path folder, int tries) {
        this(folder, tries, new InMemoryObjectStore("data"), null);
    }

    /** With that storage. */
    static BatchFixture over(Storage storage, Path folder) {
        return new BatchFixture(folder, 5, new InMemoryObjectStore(), storage);
    }

    private BatchFixture(Path folder, int tries, InMemoryObjectStore store, @Nullable Storage other) {
        this.folder = folder;
        this.tries = tries;
        this.store = store;
        this.storage = other == null ? new Storage(store, "data", STORAGE_LIMITS, CLOCK) : other;
        reconciled = new ReconciledCluster(sets, waits, cluster, signals::wakeRunning);
        cluster.placeAt(id -> model.address());
        workers = startWorkers();
    }

    /** The worker ends and comes up again; what Temporal, the rows and storage hold outlives it. */
    void restartWorkers() {
        stopWorkers();
        workers = startWorkers();
    }

    private void stopWorkers() {
        workers.shutdownNow();
        workers.awaitTermination(10, TimeUnit.SECONDS);
    }

    private WorkerFactory startWorkers() {
        TaskInstances instances = new TaskInstances(services, sets, tasks);
        WorkerFactory started = WorkerFactory.newInstance(
                temporal.client(),
                WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(
                                new FailureInterceptor((workflow, activity, attempt, lasts, reason) -> {}, tries))
                        .build());
        Worker control = started.newWorker(Queues.CONTROL);
        SlotWaiters waiters = new SlotWaiters(workflow -> {});
        control.registerWorkflowImplementationTypes(BatchInferenceImpl.class, ServiceLifecycleImpl.class);
        control.registerActivitiesImplementations(
                faulty(
                        new ServiceActivitiesImpl(
                                services, sets, new InMemoryRolloutStore(), tasks, waits, commands, CLOCK),
                        ServiceActivities.class),
                new InstanceActivitiesImpl(
                        services,
                        new ServiceInstances(services, sets, new InMemoryGateways(CLOCK), waits, CLOCK),
                        admission,
                        waiters),
                faulty(
                        new BatchTaskActivitiesImpl(
                                services,
                                tasks,
                                admission,
                                POOLS,
                                new StateFollowers(waits, waiters),
                                new BatchTaskActivitiesImpl.Waits(
                                        Duration.ofHours(24), storage.limits().longestOutage()),
                                CLOCK),
                        BatchTaskActivities.class),
                faulty(
                        new BatchInstanceActivitiesImpl(
                                instances, sets, tasks, admission, waits, waiters, new InstanceLogs(cluster), CLOCK),
                        BatchInstanceActivities.class));
        // As the worker sets it: a stop is learnt by a heartbeat.
        started.newWorker(
                        Queues.BATCH,
                        WorkerOptions.newBuilder()
                                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(200))
                                .build())
                .registerActivitiesImplementations(faulty(
                        new BatchWorkActivitiesImpl(
                                new InstancePools(instances, Limits.USUAL, client),
                                new TaskStorages(
                                        tasks, instances::isWanted, storage.store(), storage.limits(), storage.clock()),
                                tasks,
                                "obs.local",
                                folder,
                                Limits.USUAL,
                                budget,
                                StepHeartbeats.untold()),
                        BatchWorkActivities.class));
        started.start();
        return started;
    }

    private <A> Object faulty(A activities, Class<A> type) {
        return Interruption.before(activities, type, call -> fault.before(BrokenSteps.name(type, call)));
    }

    void put(String key, String text) {
        storage.store().put(uri(key), text.getBytes(StandardCharsets.UTF_8));
    }

    ObjectUri uri(String key) {
        return new ObjectUri(storage.bucket(), key);
    }

    /** A job over {@code obs://data/in/} into {@code obs://data/out/}; its service asks for it. */
    Job files(int instances) {
        return job(instances, "out/", BatchEntry.Mapping.FILE, null);
    }

    /** The same over tables, one number of each row being the request. */
    Job tables(int instances) {
        return tables(instances, "out/");
    }

    /** The same, into that folder of the bucket. */
    Job tables(int instances, String destination) {
        return job(instances, destination, BatchEntry.Mapping.CSV, TWO_COLUMNS);
    }

    /** The same on one instance, with limits. */
    Job tables(JobLimits limits) {
        return job(1, "out/", BatchEntry.Mapping.CSV, TWO_COLUMNS, limits);
    }

    private Job job(int instances, String destination, BatchEntry.Mapping mapping, @Nullable String rule) {
        return job(instances, destination, mapping, rule, null);
    }

    private Job job(
            int instances,
            String destination,
            BatchEntry.Mapping mapping,
            @Nullable String rule,
            @Nullable JobLimits limits) {
        BatchEntry entry = new BatchEntry(uri("in/"), false, uri(destination), "/", mapping, rule, limits);
        Model published = Services.published(Models.PROJECT, "iris", "0.0.1");
        services.put(published);
        EntryRequest request = new EntryRequest(
                ModelReference.of(published.id()),
                Services.FLAVOR,
                null,
                instances,
                100,
                Map.of(),
                20,
                RollingLimits.DEFAULT,
                entry,
                "{}");
        Service service = new ServiceCommands(services, POOLS, signalled -> {}, CLOCK)
                .create(Services.caller(Models.PROJECT), Services.batchCreation("job", request));
        return new Job(service, entry.destination());
    }

    /** A task and the workflow that does it. */
    final class Job {
        final Service service;
        final TaskId task;
        final BatchRun run;

        private final ObjectUri destination;

        private Job(Service service, ObjectUri destination) {
            this.service = service;
            this.destination = destination;
            this.task = new TaskId(String.valueOf(service.taskId()));
            this.run = new BatchRun(service.id().value(), service.name(), task.value(), 1);
        }

        WorkflowStub start() {
            return start(run);
        }

        /** As a user who has the task done over once more. */
        WorkflowStub repair() {
            return start(new BatchRun(run.serviceId(), run.name(), run.taskId(), 2));
        }

        private WorkflowStub start(BatchRun run) {
            WorkflowStub workflow = temporal.client()
                    .newUntypedWorkflowStub(
                            "BatchInference",
                            WorkflowOptions.newBuilder()
                                    .setWorkflowId(run.workflowId())
                                    .setTaskQueue(Queues.CONTROL)
                                    .build());
            workflow.start(run);
            return workflow;
        }

        /** Has the service's own workflow run the job, as it does behind the API. */
        void wakeService() {
            waker.wake(service());
        }

        Service service() {
            return services.find(service.id()).orElseThrow();
        }

        void ask(TaskCommand command) {
            new BatchCommands(services, tasks, waker, CLOCK).command(Models.PROJECT, service.id(), command);
        }

        void update(ServiceUpdate update) {
            commands.update(Models.PROJECT, service.id(), update);
        }

        void stop() {
            commands.update(Models.PROJECT, service.id(), ServiceUpdate.ofStatus(Wanted.STOPPED));
        }

        void delete() {
            commands.delete(Models.PROJECT, List.of(service.id()));
        }

        TaskProgress progress() {
            return tasks.progress(task).orElseThrow();
        }

        /** Why it failed. */
        String error() {
            return String.valueOf(tasks.find(task).orElseThrow().error());
        }

        /** The run that {@link #start} has started. */
        WorkflowStub running() {
            return temporal.client().newUntypedWorkflowStub(run.workflowId());
        }

        /** The history of the run that {@link #start} has started. */
        WorkflowExecutionHistory history() {
            return temporal.client().fetchHistory(run.workflowId());
        }

        /** Records that are committed so far. */
        long done() {
            return tasks.progress(task).map(TaskProgress::done).orElse(0L);
        }

        /** The lines of the manifest; those of a result file. */
        List<String> manifest() {
            return text(folders().manifest(0)).lines().toList();
        }

        List<String> result(String name) {
            return text(folders().result(name)).lines().toList();
        }

        String text(ObjectUri uri) {
            if (storage.store().head(uri).isEmpty()) {
                return "(none)";
            }
            try (InputStream bytes = storage.store().open(uri, 0)) {
                return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        TaskFolders folders() {
            return new TaskFolders(destination, task);
        }

        ServiceState state() {
            return service().state();
        }

        /** Whether neither instances nor slots are left. */
        boolean hasLeftNothing() {
            return sets.all().isEmpty()
                    && cluster.status(task.instances()).instances().stream()
                            .allMatch(instance -> instance.state() == InstanceState.EXITED)
                    && admission.standing(task.holder()) instanceof Grant.None;
        }
    }

    @Override
    public void close() {
        reconciled.close();
        model.close();
        stopWorkers();
        client.close();
        temporal.close();
    }

    /** The result of a job, also a bad one. */
    static BatchResult result(WorkflowStub workflow) {
        try {
            return workflow.getResult(BatchResult.class);
        } catch (WorkflowFailedException failed) {
            return BadEnd.resultIn(failed, BatchResult.class).orElseThrow(() -> failed);
        }
    }
}
