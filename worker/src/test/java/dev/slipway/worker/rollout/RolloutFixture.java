package dev.slipway.worker.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.instance.InstanceActivitiesImpl;
import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.activities.instance.ServiceInstances;
import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.activities.request.RequestActivitiesImpl;
import dev.slipway.activities.rollout.RolloutActivitiesImpl;
import dev.slipway.activities.rollout.RolloutContexts;
import dev.slipway.activities.rollout.WaveActivitiesImpl;
import dev.slipway.activities.service.ServiceActivitiesImpl;
import dev.slipway.domain.access.Account;
import dev.slipway.domain.access.Project;
import dev.slipway.domain.access.ProjectId;
import dev.slipway.domain.instance.Cluster;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.model.Model;
import dev.slipway.domain.model.ModelCommands;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Holder;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.request.RequestCommands;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteDocument;
import dev.slipway.domain.service.EntryRequest;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceUpdate;
import dev.slipway.domain.service.Wanted;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.testing.access.InMemoryAccountStore;
import dev.slipway.testing.batch.InMemoryBatchStore;
import dev.slipway.testing.event.InMemoryEventStore;
import dev.slipway.testing.fault.BrokenSteps;
import dev.slipway.testing.fault.Interruption;
import dev.slipway.testing.instance.Await;
import dev.slipway.testing.instance.FakeCluster;
import dev.slipway.testing.instance.InMemoryInstanceSetStore;
import dev.slipway.testing.model.InMemoryModelStore;
import dev.slipway.testing.part.TestTemporal;
import dev.slipway.testing.pool.InMemoryAdmission;
import dev.slipway.testing.request.InMemoryRequestStore;
import dev.slipway.testing.rollout.InMemoryRolloutStore;
import dev.slipway.testing.service.InMemoryServiceStore;
import dev.slipway.testing.service.Services;
import dev.slipway.testing.wait.InMemoryWaitStore;
import dev.slipway.worker.instance.ClusterReconciler;
import dev.slipway.worker.instance.InstanceWatcher;
import dev.slipway.worker.wait.WaitWatcher;
import dev.slipway.workflows.connection.BackgroundWakes;
import dev.slipway.workflows.connection.Payloads;
import dev.slipway.workflows.connection.TemporalServiceWaker;
import dev.slipway.workflows.connection.WorkflowSignals;
import dev.slipway.workflows.contract.Attributes;
import dev.slipway.workflows.contract.Queues;
import dev.slipway.workflows.contract.request.DeployService;
import dev.slipway.workflows.contract.rollout.RolloutActivities;
import dev.slipway.workflows.contract.rollout.WaveActivities;
import dev.slipway.workflows.contract.service.InstanceActivities;
import dev.slipway.workflows.contract.service.ServiceActivities;
import dev.slipway.workflows.request.DeployServiceImpl;
import dev.slipway.workflows.rollout.RolloutImpl;
import dev.slipway.workflows.service.ServiceLifecycleImpl;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Commands, workflows, activities and watchers as the worker has them, over a database, a cluster and gateways in memory. The rows outlive
 * Temporal: {@link #loseTemporal} begins with an empty one.
 */
final class RolloutFixture implements AutoCloseable {

    static final Duration BAKE = Duration.ofMillis(300);

    final ProjectId project = Services.anyProject();
    final InMemoryEventStore events = new InMemoryEventStore();
    final InMemoryServiceStore services;
    final InMemoryInstanceSetStore sets = new InMemoryInstanceSetStore();
    final InMemoryRolloutStore rollouts = new InMemoryRolloutStore();
    final FakeCluster cluster = new FakeCluster();
    final FollowingGateways gateways;
    volatile Pools pools;
    final InMemoryAdmission admission;
    volatile ServiceCommands commands;
    /** Instances that ended while a gateway could still send requests to them. */
    final List<InstanceId> cutOff = Collections.synchronizedList(new ArrayList<>());

    /** Calls of the cluster in a transaction: with a row locked, nobody may wait for another system. */
    final List<String> calledInTransaction = Collections.synchronizedList(new ArrayList<>());

    private final Cluster calledCluster = (Cluster) Interruption.before(cluster, Cluster.class, this::noteTransaction);

    /** Asked before each activity of a service, its instances and its rollouts; gets names of {@link BrokenSteps}. */
    volatile Interruption fault = call -> {};

    /** Asked before each activity of a rollout. */
    volatile Interruption interruption = call -> {};

    private final Map<String, Model> models = new TreeMap<>();
    private final InMemoryRequestStore requests = new InMemoryRequestStore();
    private final InMemoryAccountStore accounts = new InMemoryAccountStore();
    private final InMemoryModelStore noModels = new InMemoryModelStore();
    private final Clock clock = Clock.systemUTC();
    private final InMemoryWaitStore waits = new InMemoryWaitStore();
    private final InstanceWatcher watcher;
    private final BackgroundWakes wakes = new BackgroundWakes();
    private final WaitWatcher waitWatcher;
    private final ClusterReconciler reconciler;
    private final UnaryOperator<Gateways> seenAs;
    private final int tries;
    private final int activitySlots;
    private volatile @Nullable WaveActivities waves;
    /** Address of the Temporal server; null for one in this process. */
    private final @Nullable String server;

    private volatile @Nullable TestWorkflowEnvironment temporal;

    RolloutFixture() {
        this(8, UnaryOperator.identity());
    }

    /** @param seenAs how the control plane sees the gateways: a test may let it see wrongly */
    RolloutFixture(int slots, UnaryOperator<Gateways> seenAs) {
        this(slots, seenAs, 5);
    }

    /** @param tries how often a step that fails unexpectedly is tried */
    RolloutFixture(int slots, UnaryOperator<Gateways> seenAs, int tries) {
        this(slots, seenAs, tries, 200, null);
    }

    /** A worker that carries out so few activities at once. */
    static RolloutFixture withActivitySlots(int activitySlots, int slots) {
        return new RolloutFixture(slots, UnaryOperator.identity(), 5, activitySlots, null);
    }

    /** On a real Temporal server, which tells a workflow that its child was terminated. */
    static RolloutFixture onServer(int tries) {
        return new RolloutFixture(
                8, UnaryOperator.identity(), tries, 200, TestTemporal.shared().address());
    }

    private RolloutFixture(
            int slots, UnaryOperator<Gateways> seenAs, int tries, int activitySlots, @Nullable String server) {
        this.activitySlots = activitySlots;
        this.tries = tries;
        this.server = server;
        this.seenAs = seenAs;
        pools = Services.pools(slots);
        admission = new InMemoryAdmission(pools, clock);
        services = new InMemoryServiceStore(
                id -> models.values().stream()
                        .filter(model -> model.id().equals(id))
                        .findFirst(),
                events::record);
        gateways = new FollowingGateways(service -> services.document(new ServiceId(service)));
        accounts.put(new Project(project, "local", new Account("tenant-1", "acme")));
        commands = commands();
        cluster.watch(this::noteCutOff);
        watcher = new InstanceWatcher(services, sets, new InstanceLogs(calledCluster), () -> true, clock);
        waitWatcher = new WaitWatcher(
                waits,
                sets,
                seenAs.apply(gateways),
                services,
                noModels,
                new InMemoryBatchStore(),
                events,
                this::wakeRunning,
                wakes,
                () -> true,
                clock);
        reconciler = new ClusterReconciler(
                sets,
                calledCluster,
                () -> true,
                rows -> {
                    watcher.observed(rows);
                    waitWatcher.checkSoon();
                },
                clock);
        sets.onChange(reconciler::desiredStateChanged);
        waits.onChange(waitWatcher::checkSoon);
        services.onChange(service -> {
            watcher.serviceChanged(service);
            waitWatcher.checkSoon();
        });
        startTemporal();
        reconciler.start();
        watcher.start();
        waitWatcher.start();
    }

    private ServiceCommands commands() {
        return new ServiceCommands(services, pools, service -> signals().wake(service), clock);
    }

    private void noteTransaction(String call) {
        if (services.isInTransaction()) {
            calledInTransaction.add(call);
        }
    }

    private void noteCutOff(InstanceSetId set) {
        String service = set.value().substring("service-".length(), "service-".length() + 36);
        Set<InstanceId> served = gateways.mayServe(service);
        for (Instance instance : cluster.status(set).instances()) {
            boolean ended = instance.state() == InstanceState.DRAINING || instance.stoppedByUs();
            if (ended && served.contains(instance.id())) {
                cutOff.add(instance.id());
            }
        }
    }

    private void startTemporal() {
        TestWorkflowEnvironment environment = TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setUseTimeskipping(false)
                .setUseExternalService(server != null)
                .setTarget(server)
                .setWorkflowServiceStubsOptions(WorkflowServiceStubsOptions.newBuilder()
                        .setRpcTimeout(Duration.ofSeconds(30))
                        .build())
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setNamespace(server == null ? "default" : TestTemporal.NAMESPACE)
                        .setDataConverter(Payloads.converter())
                        .build())
                .setWorkerFactoryOptions(WorkerFactoryOptions.newBuilder()
                        .setWorkerInterceptors(
                                new FailureInterceptor((workflow, activity, attempt, lasts, reason) -> {}, tries))
                        .setUsingVirtualWorkflowThreads(true)
                        .build())
                .build());
        if (server == null) {
            register(environment);
        }
        Gateways seen = seenAs.apply(gateways);
        SlotWaiters waiters = new SlotWaiters(waiter -> signals().wake(waiter));
        ServiceInstances instances = new ServiceInstances(services, sets, seen, waits, clock);
        waves = new WaveActivitiesImpl(
                services,
                rollouts,
                new RolloutContexts(sets, rollouts, pools),
                instances,
                new InstanceLogs(calledCluster),
                events,
                clock);
        Worker control = environment.newWorker(Queues.CONTROL, options());
        control.registerWorkflowImplementationTypes(
                ServiceLifecycleImpl.class, RolloutImpl.class, DeployServiceImpl.class);
        control.registerActivitiesImplementations(
                new RequestActivitiesImpl(
                        new RequestCommands(
                                requests, commands, new ModelCommands(noModels, Services.pools(), model -> {}, clock)),
                        accounts,
                        noModels,
                        services,
                        new InMemoryBatchStore(),
                        admission,
                        waits,
                        "obs.local",
                        clock),
                Interruption.before(
                        new ServiceActivitiesImpl(
                                services, sets, rollouts, new InMemoryBatchStore(), waits, commands, clock),
                        ServiceActivities.class,
                        call -> fault.before(BrokenSteps.name(ServiceActivities.class, call))),
                Interruption.before(
                        new InstanceActivitiesImpl(services, instances, admission, waiters),
                        InstanceActivities.class,
                        call -> fault.before(BrokenSteps.name(InstanceActivities.class, call))),
                interrupted(
                        new RolloutActivitiesImpl(
                                services,
                                sets,
                                rollouts,
                                admission,
                                pools,
                                waiters,
                                waits,
                                new RolloutActivitiesImpl.Limits(Duration.ofHours(24), BAKE),
                                clock),
                        RolloutActivities.class),
                interrupted(waves(), WaveActivities.class));
        environment.start();
        temporal = environment;
    }

    private static void register(TestWorkflowEnvironment environment) {
        Attributes.ALL.forEach(key -> environment.registerSearchAttribute(
                key.getName(),
                switch (key.getValueType()) {
                    case INDEXED_VALUE_TYPE_INT -> IndexedValueType.INDEXED_VALUE_TYPE_INT;
                    case INDEXED_VALUE_TYPE_DATETIME -> IndexedValueType.INDEXED_VALUE_TYPE_DATETIME;
                    default -> IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
                }));
    }

    private <A> Object interrupted(A activities, Class<A> type) {
        return Interruption.before(activities, type, call -> {
            interruption.before(call);
            fault.before(BrokenSteps.name(type, call));
        });
    }

    private boolean wakeRunning(String workflowId) {
        return new WorkflowSignals(temporal().getWorkflowClient()).wakeRunning(workflowId);
    }

    private WorkerOptions options() {
        return WorkerOptions.newBuilder()
                .setMaxConcurrentActivityExecutionSize(activitySlots)
                .setStickyQueueScheduleToStartTimeout(Duration.ZERO)
                .setMaxHeartbeatThrottleInterval(Duration.ofMillis(200))
                .build();
    }

    private TemporalServiceWaker signals() {
        return new TemporalServiceWaker(new WorkflowSignals(temporal().getWorkflowClient()));
    }

    private TestWorkflowEnvironment temporal() {
        TestWorkflowEnvironment environment = temporal;
        if (environment == null) {
            throw new IllegalStateException("Temporal does not run");
        }
        return environment;
    }

    /** All histories are lost, as if the database of Temporal was wiped. The sweeper would wake what is unfinished. */
    void loseTemporal(ServiceId... unfinished) {
        temporal().close();
        startTemporal();
        for (ServiceId id : unfinished) {
            signals().wake(service(id));
        }
    }

    /** The service's own run is lost, its rollout lives on; a new run starts from the row. */
    void loseRunOf(ServiceId id) {
        temporal().getWorkflowClient().newUntypedWorkflowStub(lifecycle(id)).terminate("a test wants it so");
        signals().wake(service(id));
    }

    String lifecycle(ServiceId id) {
        return WorkflowIds.service(service(id).name(), id.value());
    }

    String rollout(ServiceId id, long generation) {
        return WorkflowIds.rollout(service(id).name(), id.value(), generation);
    }

    /** Whether the service's workflow is to be woken when somebody else has settled its generation. */
    boolean waitsForItsGeneration(ServiceId id) {
        return waits.all().stream()
                .anyMatch(wait -> wait.workflowId().equals(lifecycle(id))
                        && wait.condition() instanceof WaitCondition.ServiceSettled);
    }

    /** Rollouts that wait until gateways have released instances. */
    long held() {
        return waits.all().stream()
                .filter(wait -> wait.condition() instanceof WaitCondition.Released released
                        && !released.leaving().isEmpty())
                .count();
    }

    /** Whether the service's workflow, or one of its rollouts, is to be woken by somebody. */
    boolean waits(ServiceId id) {
        return waits.all().stream().anyMatch(wait -> wait.workflowId().startsWith(lifecycle(id)));
    }

    /** The worker comes up with other pools in its settings. */
    void restartWith(Pools changed, ServiceId... unfinished) {
        pools = changed;
        admission.syncPools(changed);
        commands = commands();
        loseTemporal(unfinished);
    }

    Model model(String version) {
        return models.computeIfAbsent(version, key -> Services.published(project, "iris", version));
    }

    EntryRequest entry(String version, int instances, int weight) {
        return Services.request(model(version).id(), instances, weight);
    }

    ServiceId create(String name, EntryRequest... entries) {
        return commands.create(Services.caller(project), Services.creation(name, entries))
                .id();
    }

    void update(ServiceId id, EntryRequest... entries) {
        commands.update(project, id, ServiceUpdate.ofConfig(before -> List.of(entries)));
    }

    void want(ServiceId id, Wanted wanted) {
        commands.update(project, id, ServiceUpdate.ofStatus(wanted));
    }

    void cancelRollout(ServiceId id, long generation) {
        temporal()
                .getWorkflowClient()
                .newUntypedWorkflowStub(rollout(id, generation))
                .cancel();
    }

    void terminateRollout(ServiceId id, long generation) {
        temporal()
                .getWorkflowClient()
                .newUntypedWorkflowStub(rollout(id, generation))
                .terminate("a test wants it so");
    }

    /** The request workflow that asks for a service of this one entry. */
    WorkflowStub requestDeployment(String name, String version, int instances) {
        WorkflowStub request = temporal()
                .getWorkflowClient()
                .newUntypedWorkflowStub(
                        DeployService.TYPE,
                        WorkflowOptions.newBuilder()
                                .setTaskQueue(Queues.CONTROL)
                                .setWorkflowId("request/" + name + "/" + version)
                                .build());
        Map<String, Object> entry = Map.of(
                "model_id",
                model(version).id().value(),
                "specification",
                Services.FLAVOR,
                "instance_count",
                instances,
                "weight",
                100);
        request.start(Map.of("service_name", name, "infer_type", "real-time", "config", List.of(entry)));
        return request;
    }

    WorkflowExecutionHistory historyOf(WorkflowStub request) {
        return temporal()
                .getWorkflowClient()
                .fetchHistory(Objects.requireNonNull(request.getExecution()).getWorkflowId());
    }

    WorkflowExecutionHistory lifeOf(ServiceId id) {
        return temporal().getWorkflowClient().fetchHistory(lifecycle(id));
    }

    WorkflowExecutionHistory rolloutOf(ServiceId id, long generation) {
        return temporal().getWorkflowClient().fetchHistory(rollout(id, generation));
    }

    /** What the activities of a workflow have answered, as JSON. */
    static List<String> answersIn(WorkflowExecutionHistory history) {
        return history.getHistory().getEventsList().stream()
                .filter(HistoryEvent::hasActivityTaskCompletedEventAttributes)
                .flatMap(
                        event -> event.getActivityTaskCompletedEventAttributes().getResult().getPayloadsList().stream())
                .map(payload -> payload.getData().toStringUtf8())
                .toList();
    }

    /** The last status that a workflow has shown, "" if none. */
    static String statusIn(WorkflowExecutionHistory history) {
        return history.getHistory().getEventsList().stream()
                .filter(HistoryEvent::hasUpsertWorkflowSearchAttributesEventAttributes)
                .map(event -> event.getUpsertWorkflowSearchAttributesEventAttributes()
                        .getSearchAttributes()
                        .getIndexedFieldsMap()
                        .get(Attributes.STATUS.getName()))
                .filter(Objects::nonNull)
                .map(status -> status.getData().toStringUtf8().replace("\"", ""))
                .reduce("", (before, last) -> last);
    }

    Service service(ServiceId id) {
        return services.find(id).orElseThrow();
    }

    /** The steps of a wave, called without a workflow. */
    WaveActivities waves() {
        return Objects.requireNonNull(waves);
    }

    void awaitState(ServiceId id, ServiceState state) {
        Await.until(
                "service is %s and settled".formatted(state),
                () -> service(id).state() == state && service(id).isSettled(),
                () -> "%s, %s, waits %s, events %s"
                        .formatted(service(id).state(), service(id).numbers(), waits.all(), events.texts(id.value())));
    }

    RouteDocument document(ServiceId id) {
        return services.document(id).orElseThrow();
    }

    /** Version label to the number of its instances that take requests. */
    Map<String, Integer> routed(ServiceId id) {
        return document(id).versions().stream()
                .filter(version -> !version.endpoints().isEmpty())
                .collect(Collectors.toMap(
                        RouteDocument.Version::label,
                        version -> version.endpoints().size(),
                        Integer::sum,
                        TreeMap::new));
    }

    /** Version label to its weight, of those that have instances. */
    Map<String, Integer> weights(ServiceId id) {
        return document(id).versions().stream()
                .filter(version -> !version.endpoints().isEmpty())
                .collect(Collectors.toMap(
                        RouteDocument.Version::label, RouteDocument.Version::weight, Integer::sum, TreeMap::new));
    }

    /** Version label to the number of its instances that live. */
    Map<String, Long> living(ServiceId id) {
        Map<InstanceSetId, String> labels = sets.of(SetOwner.service(id.value())).stream()
                .collect(Collectors.toMap(
                        row -> row.id(), row -> row.set().template().label()));
        return cluster.sets().stream()
                .filter(set -> set.value().startsWith("service-" + id))
                .flatMap(set -> cluster.status(set).instances().stream())
                .filter(instance -> instance.state() != InstanceState.EXITED)
                .collect(Collectors.groupingBy(
                        instance -> labels.getOrDefault(instance.id().set(), "unknown"),
                        TreeMap::new,
                        Collectors.counting()));
    }

    List<InstanceSetStore.Row> wanted(ServiceId id) {
        return sets.of(SetOwner.service(id.value()));
    }

    int slotsHeld(ServiceId id) {
        Holder holder = new Holder("service/%s/%s/%s".formatted(id, Services.POOL, Services.FLAVOR));
        return admission.standing(holder) instanceof Grant.Granted granted ? granted.count() : 0;
    }

    @Override
    public void close() {
        reconciler.close();
        watcher.close();
        waitWatcher.close();
        wakes.close();
        temporal().close();
        assertThat(calledInTransaction)
                .as("calls of the cluster in a transaction")
                .isEmpty();
    }
}
