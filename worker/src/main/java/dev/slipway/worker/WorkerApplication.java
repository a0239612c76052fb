package dev.slipway.worker;

import dev.slipway.activities.batch.BatchInstanceActivitiesImpl;
import dev.slipway.activities.batch.BatchLimits;
import dev.slipway.activities.batch.BatchTaskActivitiesImpl;
import dev.slipway.activities.batch.BatchWorkActivitiesImpl;
import dev.slipway.activities.batch.ByteBudget;
import dev.slipway.activities.batch.InstancePools;
import dev.slipway.activities.batch.StorageLimits;
import dev.slipway.activities.batch.TaskInstances;
import dev.slipway.activities.batch.TaskStorages;
import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.failure.OutageEvents;
import dev.slipway.activities.instance.InstanceActivitiesImpl;
import dev.slipway.activities.instance.ServiceInstances;
import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.activities.model.ImportRowsImpl;
import dev.slipway.activities.model.ImportSlotsImpl;
import dev.slipway.activities.model.ImportStepsImpl;
import dev.slipway.activities.model.ImportTrialImpl;
import dev.slipway.activities.request.RequestActivitiesImpl;
import dev.slipway.activities.retention.RetentionActivitiesImpl;
import dev.slipway.activities.rollout.RolloutActivitiesImpl;
import dev.slipway.activities.rollout.RolloutContexts;
import dev.slipway.activities.rollout.WaveActivitiesImpl;
import dev.slipway.activities.service.ServiceActivitiesImpl;
import dev.slipway.activities.storage.WorkArea;
import dev.slipway.activities.storage.WorkFolder;
import dev.slipway.adapters.images.ImageArea;
import dev.slipway.adapters.images.OciLayoutImageStore;
import dev.slipway.adapters.local.LocalCluster;
import dev.slipway.adapters.local.LocalDisk;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.Notifications;
import dev.slipway.adapters.postgres.access.PostgresAccountStore;
import dev.slipway.adapters.postgres.batch.PostgresBatchStore;
import dev.slipway.adapters.postgres.event.PostgresEventStore;
import dev.slipway.adapters.postgres.instance.PostgresInstanceSetStore;
import dev.slipway.adapters.postgres.leader.AdvisoryLock;
import dev.slipway.adapters.postgres.model.PostgresModelStore;
import dev.slipway.adapters.postgres.pool.PostgresAdmission;
import dev.slipway.adapters.postgres.request.PostgresRequestStore;
import dev.slipway.adapters.postgres.retention.PostgresRetentionStore;
import dev.slipway.adapters.postgres.rollout.PostgresRolloutStore;
import dev.slipway.adapters.postgres.route.IdentityFolders;
import dev.slipway.adapters.postgres.route.PostgresGateways;
import dev.slipway.adapters.postgres.service.PostgresServiceStore;
import dev.slipway.adapters.postgres.wait.PostgresWaitStore;
import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.model.ModelStore;
import dev.slipway.domain.request.RequestCommands;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.worker.instance.ClusterReconciler;
import dev.slipway.worker.instance.InstanceWatcher;
import dev.slipway.worker.liveness.WorkerLivenessCheck;
import dev.slipway.worker.liveness.WorkerLock;
import dev.slipway.worker.model.ModelSweeper;
import dev.slipway.worker.pool.SlotSweeper;
import dev.slipway.worker.retention.RetentionSchedule;
import dev.slipway.worker.route.GatewayLivenessCheck;
import dev.slipway.worker.service.AutoStopSweeper;
import dev.slipway.worker.service.ServiceSweeper;
import dev.slipway.worker.wait.WaitWatcher;
import dev.slipway.workflows.batch.BatchInferenceImpl;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.RunningSteps;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalModelWaker;
import dev.slipway.workflows.connection.TemporalNamespace;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.model.ModelImportImpl;
import dev.slipway.workflows.request.DeployServiceImpl;
import dev.slipway.workflows.request.ImportModelImpl;
import dev.slipway.workflows.request.RunBatchImpl;
import dev.slipway.workflows.retention.RetentionImpl;
import dev.slipway.workflows.rollout.RolloutImpl;
import dev.slipway.workflows.service.ServiceLifecycleImpl;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker and the wiring of its parts. {@link #start} returns once it polls; {@link #close} closes the parts in reverse order and leaves
 * instances serving.
 */
public final class WorkerApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerApplication.class);
    private static final Duration ABANDONED = Duration.ofHours(6);
    private static final Duration DRAIN = Duration.ofSeconds(20);
    private static final Duration LONGEST_WAIT_FOR_SLOTS = Duration.ofHours(24);

    private static final String IMAGES = "images";
    private static final String WORK = "work";

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private WorkerApplication() {}

    /** A worker whose instances are processes of this machine. */
    public static WorkerApplication start(WorkerProperties properties) {
        return start(properties, null);
    }

    /** @param cluster where instances run, the caller's to close; null for processes of this machine */
    public static WorkerApplication start(WorkerProperties properties, @Nullable Cluster cluster) {
        return start(properties, cluster, WorkflowTasks.USUAL);
    }

    static WorkerApplication start(WorkerProperties properties, @Nullable Cluster cluster, WorkflowTasks tasks) {
        WorkerApplication application = new WorkerApplication();
        try {
            application.wire(properties, cluster, tasks, Clock.systemUTC());
            return application;
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
    }

    /** All workflows that it runs. */
    public static Class<?>[] workflows() {
        return new Class<?>[] {
            RetentionImpl.class,
            ModelImportImpl.class,
            ServiceLifecycleImpl.class,
            RolloutImpl.class,
            BatchInferenceImpl.class,
            ImportModelImpl.class,
            DeployServiceImpl.class,
            RunBatchImpl.class
        };
    }

    private void wire(WorkerProperties properties, @Nullable Cluster given, WorkflowTasks workflowTasks, Clock clock) {
        Database database = open(Database.open(properties.database()));
        database.migrate();
        try (TemporalNamespace namespace = new TemporalNamespace(properties.temporal())) {
            namespace.prepare();
        }
        WorkerLock lock = open(WorkerLock.take(properties.data()));
        TemporalConnection temporal = open(TemporalConnection.open(properties.temporal(), lock.identity()));
        WorkflowSignals signals = new WorkflowSignals(temporal.client());
        TemporalServiceWaker serviceWaker = new TemporalServiceWaker(signals);
        TemporalModelWaker modelWaker = new TemporalModelWaker(signals);
        BackgroundWakes wakes = open(new BackgroundWakes());
        SlotWaiters waiters = new SlotWaiters(serviceWaker::wake);

        S3ObjectStore objects = open(S3ObjectStore.open(properties.objects()));
        ImageStore images = new OciLayoutImageStore(properties.data().resolve(IMAGES));
        InstanceClient instanceClient = open(InstanceClient.start(2, ClientLimits.ONE_AT_A_TIME));
        Cluster cluster = given == null
                ? open(new LocalCluster(properties.data(), properties.python(), images, instanceClient))
                : given;

        EventStore events = new PostgresEventStore(database);
        ModelStore models = new PostgresModelStore(database);
        ServiceStore services = new PostgresServiceStore(database);
        InstanceSetStore sets = new PostgresInstanceSetStore(database);
        RolloutStore rollouts = new PostgresRolloutStore(database);
        BatchStore tasks = new PostgresBatchStore(database);
        Gateways gateways = new PostgresGateways(database);
        PostgresAdmission admission = new PostgresAdmission(database, clock);
        admission.syncPools(properties.pools());
        ServiceCommands commands =
                new ServiceCommands(services, properties.pools(), wakes.ofServices(serviceWaker), clock);
        RequestCommands requestCommands = new RequestCommands(
                new PostgresRequestStore(database),
                commands,
                new ModelCommands(models, wakes.ofModels(modelWaker), clock));

        WaitStore waits = new PostgresWaitStore(database);
        ServiceInstances instances = new ServiceInstances(services, sets, gateways, waits, clock);
        TaskInstances taskInstances = new TaskInstances(services, sets, tasks);
        RolloutContexts contexts = new RolloutContexts(sets, rollouts, properties.pools());
        TemporalWorkers workers = new TemporalWorkers(
                        temporal.client(),
                        new FailureInterceptor(new OutageEvents(events, tasks, clock)),
                        workflowTasks,
                        DRAIN)
                .queue(Queues.CONTROL, 100)
                .queue(Queues.BUILD, 50)
                .queue(Queues.BATCH, 16)
                .workflows(Queues.CONTROL, workflows())
                .activities(
                        Queues.CONTROL,
                        new RetentionActivitiesImpl(
                                properties.retention(),
                                new PostgresRetentionStore(database),
                                events,
                                gateways,
                                tasks,
                                objects,
                                diskAreas(properties.data(), properties.retention(), clock),
                                clock),
                        new ImportRowsImpl(models, clock),
                        new ImportSlotsImpl(admission, events, waiters, clock),
                        new ImportTrialImpl(models, sets, cluster, waits, events, clock),
                        new ServiceActivitiesImpl(services, sets, rollouts, waits, commands, clock),
                        new RequestActivitiesImpl(
                                requestCommands,
                                new PostgresAccountStore(database),
                                models,
                                services,
                                tasks,
                                waits,
                                properties.objectHost(),
                                clock),
                        new BatchTaskActivitiesImpl(
                                services, tasks, admission, properties.pools(), LONGEST_WAIT_FOR_SLOTS, clock),
                        new BatchInstanceActivitiesImpl(taskInstances, sets, tasks, admission, waits, waiters, clock),
                        new InstanceActivitiesImpl(services, instances, admission, waiters),
                        new RolloutActivitiesImpl(
                                services,
                                sets,
                                rollouts,
                                admission,
                                properties.pools(),
                                waiters,
                                waits,
                                new RolloutActivitiesImpl.Limits(LONGEST_WAIT_FOR_SLOTS, properties.bake()),
                                clock),
                        new WaveActivitiesImpl(services, rollouts, contexts, instances, cluster, events, clock))
                .activities(
                        Queues.BUILD,
                        new ImportStepsImpl(
                                models,
                                events,
                                objects,
                                images,
                                properties.data().resolve(WORK),
                                clock))
                .activities(
                        Queues.BATCH,
                        new BatchWorkActivitiesImpl(
                                new InstancePools(taskInstances, BatchLimits.DEFAULT, instanceClient),
                                new TaskStorages(
                                        tasks,
                                        objects,
                                        StorageLimits.DEFAULT.withLongestOutage(
                                                properties.batch().longestOutage()),
                                        clock),
                                tasks,
                                properties.objectHost(),
                                properties.data().resolve(WORK),
                                BatchLimits.DEFAULT,
                                new ByteBudget(properties.batch().memoryBytes())));
        WorkFolder.sweep(properties.data().resolve(WORK), clock.instant().minus(ABANDONED));
        open(workers).start(Queues.CONTROL);
        open(new RetentionSchedule(temporal.client()).start());
        AdvisoryLock leader = open(new AdvisoryLock(database, "sweeper"));
        WaitWatcher waitWatcher = open(new WaitWatcher(
                waits, sets, gateways, services, models, events, signals::wakeRunning, wakes, leader, clock));
        InstanceWatcher instanceWatcher = open(new InstanceWatcher(services, sets, leader, clock));
        ClusterReconciler reconciler = open(new ClusterReconciler(
                sets,
                cluster,
                leader,
                rows -> {
                    instanceWatcher.observed(rows);
                    waitWatcher.lookSoon();
                },
                clock));
        waitWatcher.start();
        instanceWatcher.start();
        reconciler.start();
        open(new Notifications(
                database,
                Map.of(
                        Notifications.Channel.DESIRED_STATE,
                        payload -> reconciler.desiredStateChanged(),
                        Notifications.Channel.WAITS,
                        payload -> waitWatcher.lookSoon(),
                        Notifications.Channel.SERVICES,
                        payload -> {
                            if (payload.isEmpty()) {
                                instanceWatcher.allMayHaveChanged();
                            } else {
                                instanceWatcher.serviceChanged(new ServiceId(payload));
                            }
                            waitWatcher.lookSoon();
                        })));
        open(new ServiceSweeper(services, serviceWaker, serviceWaker, leader, clock))
                .start();
        open(new AutoStopSweeper(services, commands, leader, clock)).start();
        open(new ModelSweeper(models, modelWaker, modelWaker::isRunning, leader, clock))
                .start();
        open(new SlotSweeper(admission, services, sets, serviceWaker::wake, leader, clock))
                .start();
        open(new WorkerLivenessCheck(lock, services, models, new RunningSteps(temporal.client())::takeFrom))
                .start();
        open(new GatewayLivenessCheck(gateways, new IdentityFolders(properties.data())))
                .start();
    }

    /** The folders that a worker's machine clears, in that order. */
    public static List<DiskArea> diskAreas(Path data, RetentionPeriods retention, Clock clock) {
        List<DiskArea> areas = new ArrayList<>(LocalDisk.areas(data, retention.instances(), clock));
        areas.add(new ImageArea(data.resolve(IMAGES), clock));
        areas.add(new WorkArea(data.resolve(WORK), clock));
        return areas;
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) { // an edge: one part that does not close must not keep the others open
                LOG.warn("could not close part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
