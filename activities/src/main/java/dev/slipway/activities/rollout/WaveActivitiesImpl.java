package dev.slipway.activities.rollout;

import dev.slipway.activities.instance.Patience;
import dev.slipway.activities.instance.RouteKeeper;
import dev.slipway.activities.instance.ServiceInstances;
import dev.slipway.domain.event.EventStore;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.rollout.Judge;
import dev.slipway.domain.rollout.Shares;
import dev.slipway.domain.rollout.Verdict;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.InstanceSetStore.WantedSet;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.workflows.contract.rollout.Lowered;
import dev.slipway.workflows.contract.rollout.Progress;
import dev.slipway.workflows.contract.rollout.Progress.State;
import dev.slipway.workflows.contract.rollout.Restored;
import dev.slipway.workflows.contract.rollout.WaveActivities;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@link WaveActivities}. */
public final class WaveActivitiesImpl implements WaveActivities {

    private static final Duration ROUTES_KNOWN = Duration.ofSeconds(5);
    private static final Progress OVERTAKEN = new Progress(State.BAD, List.of(), 0, "a newer command is there");

    private final ServiceStore services;
    private final RolloutContexts contexts;
    private final ServiceInstances serviceInstances;
    private final Gateways gateways;
    private final EventStore events;
    private final Duration bake;
    private final Patience patience;

    /** @param bake how long new instances must stay well before old ones leave */
    public WaveActivitiesImpl(
            ServiceStore services,
            RolloutContexts contexts,
            ServiceInstances serviceInstances,
            Gateways gateways,
            EventStore events,
            Duration bake,
            Patience patience) {
        this.services = services;
        this.contexts = contexts;
        this.serviceInstances = serviceInstances;
        this.gateways = gateways;
        this.events = events;
        this.bake = bake;
        this.patience = patience;
    }

    @Override
    public int raise(ServiceStep step) {
        int wanted = inContext(step, (transaction, context) -> {
            if (context.overtaken()) {
                return 0;
            }
            Map<InstanceSetId, Integer> raised = context.waves().raised();
            raised.forEach((set, count) ->
                    serviceInstances.want(transaction, contexts.setOf(transaction, context.entryOf(set)), count));
            ServiceConfig starting = new ServiceConfig(context.to().entries().stream()
                    .filter(entry -> context.growing().contains(entry.set()))
                    .toList());
            RolloutEvents.starting(context.service(), step.generation(), starting, patience.now())
                    .forEach(transaction::record);
            return context.growing().stream()
                    .mapToInt(set -> raised.getOrDefault(set, 0))
                    .sum();
        });
        serviceInstances.apply(id(step));
        return wanted;
    }

    @Override
    public Progress awaitReady(ServiceStep step, List<String> proven, Instant deadline) {
        RolloutContext context = context(step);
        serviceInstances.apply(id(step));
        Set<InstanceId> before = ids(proven);
        Last last = new Last(new Verdict.Unready(List.of(), 0));
        boolean decided = !context.overtaken()
                && patience.until(deadline, () -> {
                    last.verdict = verdict(step, context, before);
                    return !(last.verdict instanceof Verdict.Unready) || isOvertaken(step);
                });
        if (isOvertaken(step)) {
            return OVERTAKEN;
        }
        if (!decided) {
            Progress late = timedOut(step, context, last.verdict);
            events.record(RolloutEvents.timedOut(step.serviceId(), step.generation(), late.details(), patience.now()));
            return late;
        }
        return progress(last.verdict, "ready");
    }

    private Progress timedOut(ServiceStep step, RolloutContext context, Verdict verdict) {
        int ready = verdict instanceof Verdict.Unready unready ? unready.ready().size() : 0;
        int wanted = verdict instanceof Verdict.Unready unready ? unready.wanted() : 0;
        String log = growing(step, context).stream()
                .map(serviceInstances::status)
                .flatMap(status -> status.instances().stream())
                .filter(instance -> instance.state() != InstanceState.READY)
                .max(Comparator.comparingInt(instance -> instance.id().incarnation()))
                .map(this::lastWords)
                .orElse("");
        return new Progress(
                State.TIMED_OUT,
                List.of(),
                wanted,
                "%d of %d instances were ready in time%s".formatted(ready, wanted, log));
    }

    private String lastWords(Instance instance) {
        String cause = instance.cause();
        String log = serviceInstances.logTail(instance.id()).strip();
        return (cause == null ? "" : "; " + cause) + (log.isEmpty() ? "" : "; its log ends: " + log);
    }

    @Override
    public Progress bake(ServiceStep step, List<String> ready) {
        RolloutContext context = inContext(step, (transaction, found) -> {
            if (!found.overtaken()) {
                RouteTable routes = transaction.routes();
                Shares.during(routes, found.snapshot(), found.from(), found.to());
                routes.open(true);
                found.sets().forEach(row -> RouteKeeper.keep(routes, serviceInstances.status(row)));
            }
            return found;
        });
        if (context.overtaken()) {
            return OVERTAKEN;
        }
        Instant began = patience.now();
        // A gateway that does not know the new instances yet harms nobody; it is waited for so that they bake under
        // requests.
        patience.until(began.plus(ROUTES_KNOWN), () -> gateways.holding(step.serviceId(), Set.of())
                .isEmpty());
        boolean needsBaking = context.snapshot().hasOld() && !ready.isEmpty();
        Instant baked = needsBaking ? patience.now().plus(bake) : patience.now();
        Set<InstanceId> proven = ids(ready);
        Last last = new Last(new Verdict.Unready(List.of(), 0));
        patience.until(baked, () -> {
            last.verdict = verdict(step, context, proven);
            return !(last.verdict instanceof Verdict.Well) || isOvertaken(step);
        });
        if (isOvertaken(step)) {
            return OVERTAKEN;
        }
        return progress(last.verdict, "in the routes and well for %d s".formatted(needsBaking ? bake.toSeconds() : 0));
    }

    private Verdict verdict(ServiceStep step, RolloutContext context, Set<InstanceId> proven) {
        return Judge.judge(
                proven,
                growing(step, context).stream().map(serviceInstances::status).toList());
    }

    private List<WantedSet> growing(ServiceStep step, RolloutContext context) {
        return serviceInstances.of(id(step)).stream()
                .filter(row -> context.growing().contains(row.set().id()))
                .toList();
    }

    private static Progress progress(Verdict verdict, String words) {
        return switch (verdict) {
            case Verdict.Well well ->
                new Progress(
                        State.HEALTHY,
                        texts(well.ready()),
                        well.ready().size(),
                        "%d new instances %s".formatted(well.ready().size(), words));
            case Verdict.Unready unready ->
                new Progress(
                        State.UNREADY,
                        texts(unready.ready()),
                        unready.wanted(),
                        "%d of %d new instances are ready"
                                .formatted(unready.ready().size(), unready.wanted()));
            case Verdict.Bad bad -> new Progress(State.BAD, List.of(), 0, bad.cause());
        };
    }

    @Override
    public Lowered lower(ServiceStep step, boolean proven) {
        RolloutContext context = context(step);
        if (context.overtaken()) {
            return new Lowered(false, 0, OVERTAKEN.details());
        }
        Map<InstanceSetId, Integer> kept = context.waves().lowered(proven);
        boolean last = context.waves().isLast(proven);
        if (kept.isEmpty()) {
            return new Lowered(last, 0, null);
        }
        String holding = serviceInstances.lower(id(step), step.generation(), kept, allowed(step));
        int removed = context.sets().stream()
                .filter(row -> kept.containsKey(row.set().id()))
                .mapToInt(row -> row.count() - kept.getOrDefault(row.set().id(), 0))
                .sum();
        return holding == null ? new Lowered(last, removed, null) : new Lowered(false, 0, holding);
    }

    @Override
    public Restored restoreOld(ServiceStep step, Instant deadline) {
        RolloutContext context = context(step);
        if (context.overtaken()) {
            return new Restored(false, OVERTAKEN.details());
        }
        takeNewOut(step, false);
        Map<InstanceSetId, Integer> staying = inContext(step, WaveActivitiesImpl::undrained);
        String holding = serviceInstances.lower(id(step), step.generation(), staying, allowed(step));
        if (holding != null) {
            return new Restored(false, holding);
        }
        inContext(step, (transaction, found) -> {
            if (!found.overtaken()) {
                found.oldCounts()
                        .forEach((set, count) ->
                                serviceInstances.want(transaction, oldSet(transaction, found, set), count));
                Shares.during(transaction.routes(), found.snapshot(), found.from(), found.to());
            }
            return found.overtaken();
        });
        serviceInstances.apply(id(step));
        return new Restored(awaitOld(step, context, deadline, Map::equals), null);
    }

    private InstanceSet oldSet(ServiceTransaction transaction, RolloutContext context, InstanceSetId set) {
        return contexts.setOf(transaction, context.entryOf(set));
    }

    /** Old sets of which instances are draining, and how many are not: drained ones cannot come back, they have to start anew. */
    private static Map<InstanceSetId, Integer> undrained(ServiceTransaction transaction, RolloutContext context) {
        List<InstanceId> draining = transaction.routes().rows().instances().stream()
                .filter(RouteRows.InstanceRow::draining)
                .map(RouteRows.InstanceRow::id)
                .toList();
        return context.sets().stream()
                .filter(row -> context.oldCounts().containsKey(row.set().id()))
                .filter(row -> draining.stream()
                        .anyMatch(id -> id.set().equals(row.set().id())))
                .collect(Collectors.toMap(row -> row.set().id(), row -> staying(row, draining)));
    }

    // What is beyond the count has been ended already.
    private static int staying(WantedSet row, List<InstanceId> draining) {
        long leaving = draining.stream()
                .filter(id -> id.set().equals(row.set().id()) && id.ordinal() < row.count())
                .map(InstanceId::ordinal)
                .distinct()
                .count();
        return row.count() - (int) leaving;
    }

    /** Waits until as many of each old set are ready as {@code enough} asks; writes into the routes which answer. */
    private boolean awaitOld(
            ServiceStep step,
            RolloutContext context,
            Instant deadline,
            BiPredicate<Map<InstanceSetId, Integer>, Map<InstanceSetId, Integer>> enough) {
        Map<InstanceSetId, Integer> wanted = context.oldCounts();
        return patience.until(deadline, () -> {
            List<SetStatus> old = serviceInstances.of(id(step)).stream()
                    .filter(row -> wanted.containsKey(row.set().id()))
                    .map(serviceInstances::status)
                    .toList();
            Map<InstanceSetId, Integer> ready = old.stream()
                    .collect(Collectors.toMap(
                            SetStatus::id, status -> Math.min(status.ready(), wanted.getOrDefault(status.id(), 0))));
            boolean there = enough.test(ready, wanted);
            if (there) {
                services.change(id(step), transaction -> {
                    old.forEach(status -> RouteKeeper.keep(transaction.routes(), status));
                    return true;
                });
            }
            return there || isOvertaken(step);
        });
    }

    @Override
    public void shiftBack(ServiceStep step, Instant deadline) {
        RolloutContext context = context(step);
        if (context.overtaken()) {
            return;
        }
        awaitOld(
                step,
                context,
                deadline,
                (ready, wanted) -> ready.keySet().containsAll(wanted.keySet())
                        && ready.values().stream().allMatch(count -> count > 0));
        takeNewOut(step, true);
    }

    /** @param force also where no old instance takes requests */
    private void takeNewOut(ServiceStep step, boolean force) {
        inContext(step, (transaction, context) -> {
            RouteTable routes = transaction.routes();
            if (!context.overtaken() && (force || oldAnswers(context, routes.rows()))) {
                serviceInstances.drain(transaction, context.withoutNew());
            }
            return true;
        });
    }

    private static boolean oldAnswers(RolloutContext context, RouteRows rows) {
        return context.oldCounts().keySet().stream().allMatch(set -> rows.instances().stream()
                .anyMatch(row -> row.id().set().equals(set) && row.ready() && !row.draining()));
    }

    @Override
    public Lowered removeNew(ServiceStep step) {
        RolloutContext context = context(step);
        if (context.overtaken()) {
            return new Lowered(false, 0, OVERTAKEN.details());
        }
        String holding = serviceInstances.lower(id(step), step.generation(), context.withoutNew(), allowed(step));
        return new Lowered(true, 0, holding);
    }

    private static Predicate<Service> allowed(ServiceStep step) {
        return service -> service.asksFor(step.generation());
    }

    private boolean isOvertaken(ServiceStep step) {
        return services.find(id(step)).filter(allowed(step)).isEmpty();
    }

    private RolloutContext context(ServiceStep step) {
        return inContext(step, (transaction, context) -> context);
    }

    private <R> R inContext(ServiceStep step, BiFunction<ServiceTransaction, RolloutContext, R> work) {
        Function<ServiceTransaction, R> whole =
                transaction -> work.apply(transaction, contexts.read(transaction, step.generation()));
        return services.change(id(step), whole);
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

    /** What the last look saw. */
    private static final class Last {
        private Verdict verdict;

        Last(Verdict verdict) {
            this.verdict = verdict;
        }
    }
}
