package dev.slipway.activities.rollout;

import dev.slipway.activities.instance.InstanceLogs;
import dev.slipway.activities.instance.RouteKeeper;
import dev.slipway.activities.instance.ServiceInstances;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.rollout.Judge;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.rollout.Shares;
import dev.slipway.domain.rollout.Verdict;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.rollout.VersionHealth;
import dev.slipway.workflows.contract.rollout.VersionHealth.State;
import dev.slipway.workflows.contract.rollout.WaveActivities;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@link WaveActivities}. */
public final class WaveActivitiesImpl implements WaveActivities {

    private static final VersionHealth OVERTAKEN =
            new VersionHealth(State.BAD, List.of(), 0, "a newer command is there");

    private final ServiceStore services;
    private final RolloutStore rollouts;
    private final RolloutContexts contexts;
    private final ServiceInstances instances;
    private final InstanceLogs logs;
    private final EventStore events;
    private final Clock clock;

    public WaveActivitiesImpl(
            ServiceStore services,
            RolloutStore rollouts,
            RolloutContexts contexts,
            ServiceInstances instances,
            InstanceLogs logs,
            EventStore events,
            Clock clock) {
        this.services = services;
        this.rollouts = rollouts;
        this.contexts = contexts;
        this.instances = instances;
        this.logs = logs;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public int scaleUp(ServiceStep step) {
        return inContext(step, (transaction, context) -> {
            if (context.overtaken()) {
                return 0;
            }
            Map<InstanceSetId, Integer> scaledUp = context.waves().scaledUp();
            scaledUp.forEach((set, count) ->
                    instances.want(transaction, contexts.setOf(transaction, context.entryOf(set)), count));
            ServiceConfig starting = new ServiceConfig(context.to().entries().stream()
                    .filter(entry -> context.growing().contains(entry.set()))
                    .toList());
            RolloutEvents.starting(context.service(), step.generation(), starting, now())
                    .forEach(transaction::record);
            return context.growing().stream()
                    .mapToInt(set -> scaledUp.getOrDefault(set, 0))
                    .sum();
        });
    }

    @Override
    public VersionHealth checkReady(ServiceStep step, List<String> proven) {
        RolloutContext context = context(step);
        if (context.overtaken()) {
            return OVERTAKEN;
        }
        Set<InstanceId> before = ids(proven);
        instances.await(step.workflow(), new WaitCondition.Judged(wanted(context), before));
        VersionHealth health = health(context(step), before, "ready");
        if (health.state() != State.UNREADY) {
            instances.awaitNothing(step.workflow());
        }
        return health;
    }

    private static Map<InstanceSetId, Integer> wanted(RolloutContext context) {
        return growing(context).stream().collect(Collectors.toMap(Row::id, Row::count));
    }

    private static List<Row> growing(RolloutContext context) {
        return context.sets().stream()
                .filter(row -> context.growing().contains(row.id()))
                .toList();
    }

    private VersionHealth health(RolloutContext context, Set<InstanceId> proven, String words) {
        return switch (Judge.judge(
                proven, growing(context).stream().map(Row::observed).toList())) {
            case Verdict.Healthy healthy ->
                new VersionHealth(
                        State.HEALTHY,
                        texts(healthy.ready()),
                        healthy.ready().size(),
                        "%d new instances %s".formatted(healthy.ready().size(), words));
            case Verdict.Unready unready ->
                new VersionHealth(
                        State.UNREADY,
                        texts(unready.ready()),
                        unready.wanted(),
                        "%d of %d new instances are ready"
                                .formatted(unready.ready().size(), unready.wanted()));
            case Verdict.Bad bad -> new VersionHealth(State.BAD, List.of(), 0, withLog(bad.cause(), context));
        };
    }

    private String withLog(String cause, RolloutContext context) {
        return latest(context, Instance::hasCrashed)
                .map(crashed -> logs.after(cause, crashed.id()))
                .orElse(cause);
    }

    private static Optional<Instance> latest(RolloutContext context, Predicate<Instance> wanted) {
        return growing(context).stream()
                .flatMap(row -> row.observed().instances().stream())
                .filter(wanted)
                .max(Comparator.comparingInt(instance -> instance.id().incarnation()));
    }

    @Override
    public VersionHealth timeOut(ServiceStep step) {
        RolloutContext context = context(step);
        if (context.overtaken()) {
            return OVERTAKEN;
        }
        List<Row> growing = growing(context);
        int wanted = growing.stream().mapToInt(Row::count).sum();
        int ready = growing.stream().mapToInt(row -> row.observed().ready()).sum();
        String counts = "%d of %d instances were ready in time%s"
                .formatted(
                        ready,
                        wanted,
                        growing.stream()
                                .map(row -> row.observed().outage())
                                .filter(Objects::nonNull)
                                .findFirst()
                                .map(outage -> "; " + outage)
                                .orElse(""));
        String details = latest(context, instance -> instance.state() != InstanceState.READY)
                .map(late -> logs.after(late.cause() == null ? counts : counts + "; " + late.cause(), late.id()))
                .orElse(counts);
        instances.awaitNothing(step.workflow());
        events.record(RolloutEvents.timedOut(step.serviceId(), step.generation(), details, now()));
        return new VersionHealth(State.TIMED_OUT, List.of(), wanted, details);
    }

    @Override
    public void shiftTraffic(ServiceStep step) {
        inContext(step, (transaction, context) -> {
            if (!context.overtaken()) {
                RouteTable routes = transaction.routes();
                Shares.during(routes, context.snapshot(), context.from(), context.to());
                routes.open(true);
                context.sets().forEach(row -> RouteKeeper.keep(routes, row.observed()));
                instances.await(
                        step.workflow(), new WaitCondition.Released(step.serviceId(), step.generation(), Set.of()));
            }
            return true;
        });
    }

    @Override
    public VersionHealth judge(ServiceStep step, List<String> proven, boolean baking) {
        RolloutContext context = context(step);
        if (context.overtaken()) {
            return OVERTAKEN;
        }
        Set<InstanceId> before = ids(proven);
        if (baking) {
            instances.await(step.workflow(), new WaitCondition.Unhealthy(wanted(context), before));
        } else {
            instances.awaitNothing(step.workflow());
        }
        VersionHealth health =
                health(context(step), before, baking ? "in the routes and healthy" : "have proved healthy");
        rollouts.addVerdict(
                new ServiceId(step.serviceId()),
                step.generation(),
                new RolloutStore.VerdictRow(now(), health.state().name(), health.ready(), health.details()));
        return health;
    }

    @Override
    public Drain drainOld(ServiceStep step, boolean proven) {
        return inContext(step, (transaction, context) -> {
            Map<InstanceSetId, Integer> kept = context.waves().scaledDown(proven);
            boolean last = context.waves().isLast(proven);
            return context.overtaken() || kept.isEmpty()
                    ? Drain.nothing(last)
                    : instances.drain(transaction, step.workflow(), step.generation(), kept, last);
        });
    }

    @Override
    public Drain drainNew(ServiceStep step, boolean force) {
        return inContext(step, (transaction, context) -> {
            RouteRows routes = transaction.routes().rows();
            return context.overtaken() || (!force && !oldAnswers(context, routes))
                    ? Drain.nothing(true)
                    : instances.drain(transaction, step.workflow(), step.generation(), context.withoutNew(), true);
        });
    }

    private static boolean oldAnswers(RolloutContext context, RouteRows rows) {
        return context.oldCounts().keySet().stream().allMatch(set -> rows.instances().stream()
                .anyMatch(row -> row.id().set().equals(set) && row.ready() && !row.draining()));
    }

    @Override
    public Drain drained(ServiceStep step) {
        return inContext(step, (transaction, context) -> {
            List<Row> old = context.sets().stream()
                    .filter(row -> context.oldCounts().containsKey(row.id()))
                    .toList();
            Map<InstanceSetId, Integer> staying =
                    ServiceInstances.undrained(transaction.routes().rows(), old);
            return context.overtaken() || staying.isEmpty()
                    ? Drain.nothing(true)
                    : instances.drain(transaction, step.workflow(), step.generation(), staying, true);
        });
    }

    @Override
    public Ending end(ServiceStep step, Drain drain, Ending.WaitsFor waitsFor) {
        return instances.end(step.workflow(), id(step), step.generation(), drain, waitsFor, allowed(step));
    }

    @Override
    public void restoreOld(ServiceStep step) {
        inContext(step, (transaction, context) -> {
            if (!context.overtaken()) {
                context.oldCounts()
                        .forEach((set, count) ->
                                instances.want(transaction, contexts.setOf(transaction, context.entryOf(set)), count));
                Shares.during(transaction.routes(), context.snapshot(), context.from(), context.to());
            }
            return true;
        });
    }

    @Override
    public boolean areOldBack(ServiceStep step, boolean all) {
        RolloutContext context = context(step);
        if (context.overtaken()) {
            return true;
        }
        Map<InstanceSetId, Integer> atLeast = context.oldCounts().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> all ? each.getValue() : 1));
        WaitCondition.Ready back = new WaitCondition.Ready(atLeast, false);
        instances.await(step.workflow(), back);
        return inContext(step, (transaction, now) -> {
            if (!back.holds(rows(now.sets()))) {
                return false;
            }
            now.sets().stream()
                    .filter(row -> atLeast.containsKey(row.id()))
                    .map(Row::observed)
                    .forEach((SetStatus status) -> RouteKeeper.keep(transaction.routes(), status));
            instances.awaitNothing(step.workflow());
            return true;
        });
    }

    private static WaitCondition.Rows rows(List<Row> rows) {
        return set -> {
            Optional<Row> found =
                    rows.stream().filter(row -> row.id().equals(set)).findFirst();
            return found.orElse(null);
        };
    }

    private static Predicate<Service> allowed(ServiceStep step) {
        return service -> service.asksFor(step.generation());
    }

    private RolloutContext context(ServiceStep step) {
        return inContext(step, (transaction, context) -> context);
    }

    private <R> R inContext(ServiceStep step, BiFunction<ServiceTransaction, RolloutContext, R> work) {
        Function<ServiceTransaction, R> whole =
                transaction -> work.apply(transaction, contexts.read(transaction, step.generation()));
        return services.change(id(step), whole);
    }

    private Instant now() {
        return clock.instant();
    }

    private static ServiceId id(ServiceStep step) {
        return new ServiceId(step.serviceId());
    }

    private static Set<InstanceId> ids(List<String> texts) {
        return texts.stream().map(InstanceId::parse).collect(Collectors.toSet());
    }

    private static List<String> texts(List<InstanceId> ids) {
        return ids.stream().map(InstanceId::toString).toList();
    }
}
