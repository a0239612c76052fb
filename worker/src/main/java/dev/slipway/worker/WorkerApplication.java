package dev.slipway.worker;

import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.failure.OutageEvents;
import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.activities.storage.WorkArea;
import dev.slipway.activities.storage.WorkFolder;
import dev.slipway.activities.waiting.StepHeartbeats;
import dev.slipway.adapters.images.ContainerPulls;
import dev.slipway.adapters.images.DeployedImages;
import dev.slipway.adapters.images.ImageArea;
import dev.slipway.adapters.images.RegistryPushes;
import dev.slipway.adapters.local.LocalCluster;
import dev.slipway.adapters.local.LocalDisk;
import dev.slipway.adapters.local.LocalEnvironments;
import dev.slipway.adapters.objectstore.S3ObjectStore;
import dev.slipway.adapters.postgres.Database;
import dev.slipway.adapters.postgres.Notifications;
import dev.slipway.adapters.postgres.access.PostgresAccountStore;
import dev.slipway.adapters.postgres.leader.AdvisoryLock;
import dev.slipway.adapters.postgres.route.IdentityFolders;
import dev.slipway.domain.image.ImagePulls;
import dev.slipway.domain.image.ImageStore;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.retention.DiskArea;
import dev.slipway.domain.retention.RetentionPeriods;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.storage.ProjectObjects;
import dev.slipway.instance.client.ClientLimits;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.worker.batch.DeadlineWatcher;
import dev.slipway.worker.batch.TaskControlSweeper;
import dev.slipway.worker.instance.ClusterReconciler;
import dev.slipway.worker.instance.InstanceOutages;
import dev.slipway.worker.instance.InstanceWatcher;
import dev.slipway.worker.liveness.WorkerLivenessCheck;
import dev.slipway.worker.liveness.WorkerLock;
import dev.slipway.worker.model.ModelSweeper;
import dev.slipway.worker.pool.SlotSweeper;
import dev.slipway.worker.retention.RetentionSchedule;
import dev.slipway.worker.route.GatewayLivenessCheck;
import dev.slipway.worker.service.AutoStopSweeper;
import dev.slipway.worker.service.MovedAliasSweeper;
import dev.slipway.worker.service.ServiceSweeper;
import dev.slipway.worker.wait.WaitWatcher;
import dev.slipway.workflows.batch.BatchInferenceImpl;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.RunningSteps;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.connection.TemporalNamespace;
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
        WorkerWakes wakes = WorkerWakes.over(temporal.client(), open(new BackgroundWakes()));
        WorkerStores stores = WorkerStores.of(database, clock);
        stores.admission().syncPools(properties.pools());

        Path work = properties.data().resolve(WORK);
        S3ObjectStore objects = open(S3ObjectStore.open(properties.objects()));
        Path layout = properties.data().resolve(IMAGES);
        ImagePulls pulls = new ContainerPulls(layout, properties.images(), objects);
        ImageStore images = new DeployedImages(layout, objects, pulls);
        InstanceClient instanceClient = open(InstanceClient.start(2, ClientLimits.ONE_AT_A_TIME));
        Cluster cluster = given == null
                ? open(new LocalCluster(properties.data(), properties.local(), images, instanceClient))
                : given;
        ProjectObjects projectObjects =
                new ProjectObjects(properties.grants(), new PostgresAccountStore(database)::projects);
        ServiceCommands commands = new ServiceCommands(
                stores.services(),
                properties.pools(),
                projectObjects,
                wakes.background().ofServices(wakes.services()),
                clock);

        OutageEvents outages = new OutageEvents(stores.events(), stores.tasks(), clock);
        WorkerActivities activities = new WorkerActivities(
                properties,
                stores,
                wakes,
                objects,
                images,
                pulls,
                new RegistryPushes(layout, properties.pushes()),
                work,
                instanceClient,
                cluster,
                new LocalEnvironments(properties.local(), properties.data()),
                commands,
                projectObjects,
                new StepHeartbeats(outages),
                clock);
        TemporalWorkers workers = workers(temporal, new FailureInterceptor(outages), workflowTasks, activities);
        WorkFolder.sweep(work, clock.instant().minus(ABANDONED));
        open(workers).start(Queues.CONTROL);
        open(new RetentionSchedule(temporal.client()).start());

        AdvisoryLock leader = open(new AdvisoryLock(database, "sweeper"));
        watch(stores, wakes, cluster, leader, clock);
        sweep(stores, wakes, commands, leader, clock);
        RunningSteps running = new RunningSteps(temporal.client());
        open(new WorkerLivenessCheck(lock, stores.services(), stores.models(), stores.waits(), running::takeFrom))
                .start();
        open(new GatewayLivenessCheck(stores.gateways(), new IdentityFolders(properties.data())))
                .start();
    }

    private static TemporalWorkers workers(
            TemporalConnection temporal,
            FailureInterceptor failures,
            WorkflowTasks tasks,
            WorkerActivities activities) {
        return new TemporalWorkers(temporal.client(), failures, tasks, DRAIN)
                .queue(Queues.CONTROL, 100)
                .queue(Queues.BUILD, 50)
                .queue(Queues.BATCH, 16)
                .workflows(Queues.CONTROL, workflows())
                .activities(Queues.CONTROL, activities.control())
                .activities(Queues.BUILD, activities.build())
                .activities(Queues.BATCH, activities.batch());
    }

    /** Starts what brings the cluster to its desired state and wakes workflows when what they wait for is so. */
    private void watch(WorkerStores stores, WorkerWakes wakes, Cluster cluster, AdvisoryLock leader, Clock clock) {
        WaitWatcher waits = open(new WaitWatcher(
                stores.waits(),
                stores.sets(),
                stores.gateways(),
                stores.services(),
                stores.models(),
                stores.tasks(),
                stores.events(),
                wakes.signals()::wakeRunning,
                wakes.background(),
                leader,
                clock));
        InstanceWatcher instances =
                open(new InstanceWatcher(stores.services(), stores.sets(), new InstanceLogs(cluster), leader, clock));
        InstanceOutages outages = new InstanceOutages(stores.events(), clock);
        ClusterReconciler reconciler = open(new ClusterReconciler(
                stores.sets(),
                cluster,
                leader,
                rows -> {
                    instances.observed(rows);
                    outages.observed(rows);
                    waits.checkSoon();
                },
                clock));
        waits.start();
        instances.start();
        reconciler.start();
        open(new Notifications(
                stores.database(),
                Map.of(
                        Notifications.Channel.DESIRED_STATE,
                        payload -> reconciler.desiredStateChanged(),
                        Notifications.Channel.WAITS,
                        payload -> waits.checkSoon(),
                        Notifications.Channel.SERVICES,
                        payload -> {
                            if (payload.isEmpty()) {
                                instances.allMayHaveChanged();
                            } else {
                                instances.serviceChanged(new ServiceId(payload));
                            }
                            waits.checkSoon();
                        })));
    }

    /** Starts what finds rows that a lost wake, or a lost start of a workflow, has left behind. */
    private void sweep(
            WorkerStores stores, WorkerWakes wakes, ServiceCommands commands, AdvisoryLock leader, Clock clock) {
        ServiceStore services = stores.services();
        open(new ServiceSweeper(services, wakes.services(), wakes.services(), leader, clock))
                .start();
        open(new AutoStopSweeper(services, commands, leader, clock)).start();
        open(new MovedAliasSweeper(services, commands, leader)).start();
        open(new TaskControlSweeper(stores.tasks(), services, wakes.services(), leader, clock))
                .start();
        open(new DeadlineWatcher(stores.tasks(), stores.events(), leader, clock))
                .start();
        open(new ModelSweeper(stores.models(), wakes.models(), wakes.models()::isRunning, leader, clock))
                .start();
        open(new SlotSweeper(stores.admission(), services, stores.sets(), wakes.services()::wake, leader, clock))
                .start();
    }

    /** The folders that a worker's machine clears, in that order. */
    public static List<DiskArea> diskAreas(Path data, RetentionPeriods retention, Clock clock) {
        List<DiskArea> areas = new ArrayList<>(LocalDisk.areas(data, retention.instances(), clock));
        areas.add(LocalDisk.environments(data, clock));
        areas.add(LocalDisk.wheels(data, clock));
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
