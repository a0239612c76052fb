package dev.slipway.activities.rollout;

import dev.slipway.activities.instance.Fleet;
import dev.slipway.activities.instance.Patience;
import dev.slipway.activities.instance.RouteKeeper;
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
    private final Grounds grounds;
    private final Fleet fleet;
    private final Gateways gateways;
    private final EventStore events;
    private final Duration bake;
    private final Patience patience;

    /** @param bake how long new instances must stay well before old ones leave */
    public WaveActivitiesImpl(
            ServiceStore services,
            Grounds grounds,
            Fleet fleet,
            Gateways gateways,
            EventStore events,
            Duration bake,
            Patience patience) {
        this.services = services;
        this.grounds = grounds;
        this.fleet = fleet;
        this.gateways = gateways;
        this.events = events;
        this.bake = bake;
        this.patience = patience;
    }

    @Override
    public int raise(ServiceStep step) {
        int wanted = onGround(step, (transaction, ground) -> {
            if (ground.overtaken()) {
                return 0;
            }
            Map<InstanceSetId, Integer> raised = ground.waves().raised();
            raised.forEach(
                    (set, count) -> fleet.want(transaction, grounds.setOf(transaction, ground.entryOf(set)), count));
            ServiceConfig starting = new ServiceConfig(ground.to().entries().stream()
                    .filter(entry -> ground.growing().contains(entry.set()))
                    .toList());
            RolloutEvents.starting(ground.service(), step.generation(), starting, patience.now())
                    .forEach(transaction::record);
            return ground.growing().stream()
                    .mapToInt(set -> raised.getOrDefault(set, 0))
                    .sum();
        });
        fleet.apply(id(step));
        return wanted;
    }

    @Override
    public Progress awaitReady(ServiceStep step, List<String> proven, Instant deadline) {
        Ground ground = ground(step);
        fleet.apply(id(step));
        Set<InstanceId> before = ids(proven);
        Last last = new Last(new Verdict.Unready(List.of(), 0));
        boolean decided = !ground.overtaken()
                && patience.until(deadline, () -> {
                    last.verdict = verdict(step, ground, before);
                    return !(last.verdict instanceof Verdict.Unready) || isOvertaken(step);
                });
        if (isOvertaken(step)) {
            return OVERTAKEN;
        }
        if (!decided) {
            Progress late = timedOut(step, ground, last.verdict);
            events.record(RolloutEvents.timedOut(step.serviceId(), step.generation(), late.details(), patience.now()));
            return late;
        }
        return progress(last.verdict, "ready");
    }

    private Progress timedOut(ServiceStep step, Ground ground, Verdict verdict) {
        int ready = verdict instanceof Verdict.Unready unready ? unready.ready().size() : 0;
        int wanted = verdict instanceof Verdict.Unready unready ? unready.wanted() : 0;
        String log = growing(step, ground).stream()
                .map(fleet::status)
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
        String log = fleet.logTail(instance.id()).strip();
        return (cause == null ? "" : "; " + cause) + (log.isEmpty() ? "" : "; its log ends: " + log);
    }

    @Override
    public Progress bake(ServiceStep step, List<String> ready) {
        Ground ground = onGround(step, (transaction, found) -> {
            if (!found.overtaken()) {
                RouteTable routes = transaction.routes();
                Shares.during(routes, found.snapshot(), found.from(), found.to());
                routes.open(true);
                found.sets().forEach(row -> RouteKeeper.keep(routes, fleet.status(row)));
            }
            return found;
        });
        if (ground.overtaken()) {
            return OVERTAKEN;
        }
        Instant began = patience.now();
        // A gateway that does not know the new instances yet harms nobody; it is waited for so that they bake under
        // requests.
        patience.until(began.plus(ROUTES_KNOWN), () -> gateways.holding(step.serviceId(), Set.of())
                .isEmpty());
        boolean needsBaking = ground.snapshot().hasOld() && !ready.isEmpty();
        Instant baked = needsBaking ? patience.now().plus(bake) : patience.now();
        Set<InstanceId> proven = ids(ready);
        Last last = new Last(new Verdict.Unready(List.of(), 0));
        patience.until(baked, () -> {
            last.verdict = verdict(step, ground, proven);
            return !(last.verdict instanceof Verdict.Well) || isOvertaken(step);
        });
        if (isOvertaken(step)) {
            return OVERTAKEN;
        }
        return progress(last.verdict, "in the routes and well for %d s".formatted(needsBaking ? bake.toSeconds() : 0));
    }

    private Verdict verdict(ServiceStep step, Ground ground, Set<InstanceId> proven) {
        return Judge.judge(
                proven, growing(step, ground).stream().map(fleet::status).toList());
    }

    private List<WantedSet> growing(ServiceStep step, Ground ground) {
        return fleet.of(id(step)).stream()
                .filter(row -> ground.growing().contains(row.set().id()))
                .toList();
    }

    private static Progress progress(Verdict verdict, String words) {
        return switch (verdict) {
            case Verdict.Well well ->
                new Progress(
                        State.WELL,
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
        Ground ground = ground(step);
        if (ground.overtaken()) {
            return new Lowered(false, 0, OVERTAKEN.details());
        }
        Map<InstanceSetId, Integer> kept = ground.waves().lowered(proven);
        boolean last = ground.waves().isLast(proven);
        if (kept.isEmpty()) {
            return new Lowered(last, 0, null);
        }
        String holding = fleet.lower(id(step), step.generation(), kept, allowed(step));
        int removed = ground.sets().stream()
                .filter(row -> kept.containsKey(row.set().id()))
                .mapToInt(row -> row.count() - kept.getOrDefault(row.set().id(), 0))
                .sum();
        return holding == null ? new Lowered(last, removed, null) : new Lowered(false, 0, holding);
    }

    @Override
    public Restored restoreOld(ServiceStep step, Instant deadline) {
        Ground ground = ground(step);
        if (ground.overtaken()) {
            return new Restored(false, OVERTAKEN.details());
        }
        takeNewOut(step, false);
        Map<InstanceSetId, Integer> staying = onGround(step, WaveActivitiesImpl::undrained);
        String holding = fleet.lower(id(step), step.generation(), staying, allowed(step));
        if (holding != null) {
            return new Restored(false, holding);
        }
        onGround(step, (transaction, found) -> {
            if (!found.overtaken()) {
                found.oldCounts()
                        .forEach((set, count) -> fleet.want(transaction, oldSet(transaction, found, set), count));
                Shares.during(transaction.routes(), found.snapshot(), found.from(), found.to());
            }
            return found.overtaken();
        });
        fleet.apply(id(step));
        return new Restored(awaitOld(step, ground, deadline, Map::equals), null);
    }

    private InstanceSet oldSet(ServiceTransaction transaction, Ground ground, InstanceSetId set) {
        return grounds.setOf(transaction, ground.entryOf(set));
    }

    /** Old sets of which instances are draining, and how many are not: drained ones cannot come back, they have to start anew. */
    private static Map<InstanceSetId, Integer> undrained(ServiceTransaction transaction, Ground ground) {
        List<InstanceId> draining = transaction.routes().rows().instances().stream()
                .filter(RouteRows.InstanceRow::draining)
                .map(RouteRows.InstanceRow::id)
                .toList();
        return ground.sets().stream()
                .filter(row -> ground.oldCounts().containsKey(row.set().id()))
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
            Ground ground,
            Instant deadline,
            BiPredicate<Map<InstanceSetId, Integer>, Map<InstanceSetId, Integer>> enough) {
        Map<InstanceSetId, Integer> wanted = ground.oldCounts();
        return patience.until(deadline, () -> {
            List<SetStatus> old = fleet.of(id(step)).stream()
                    .filter(row -> wanted.containsKey(row.set().id()))
                    .map(fleet::status)
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
        Ground ground = ground(step);
        if (ground.overtaken()) {
            return;
        }
        awaitOld(
                step,
                ground,
                deadline,
                (ready, wanted) -> ready.keySet().containsAll(wanted.keySet())
                        && ready.values().stream().allMatch(count -> count > 0));
        takeNewOut(step, true);
    }

    /** @param force also where no old instance takes requests */
    private void takeNewOut(ServiceStep step, boolean force) {
        onGround(step, (transaction, ground) -> {
            RouteTable routes = transaction.routes();
            if (!ground.overtaken() && (force || oldAnswers(ground, routes.rows()))) {
                fleet.drain(transaction, ground.withoutNew());
            }
            return true;
        });
    }

    private static boolean oldAnswers(Ground ground, RouteRows rows) {
        return ground.oldCounts().keySet().stream().allMatch(set -> rows.instances().stream()
                .anyMatch(row -> row.id().set().equals(set) && row.ready() && !row.draining()));
    }

    @Override
    public Lowered removeNew(ServiceStep step) {
        Ground ground = ground(step);
        if (ground.overtaken()) {
            return new Lowered(false, 0, OVERTAKEN.details());
        }
        String holding = fleet.lower(id(step), step.generation(), ground.withoutNew(), allowed(step));
        return new Lowered(true, 0, holding);
    }

    private static Predicate<Service> allowed(ServiceStep step) {
        return service -> service.asksFor(step.generation());
    }

    private boolean isOvertaken(ServiceStep step) {
        return services.find(id(step)).filter(allowed(step)).isEmpty();
    }

    private Ground ground(ServiceStep step) {
        return onGround(step, (transaction, ground) -> ground);
    }

    private <R> R onGround(ServiceStep step, BiFunction<ServiceTransaction, Ground, R> work) {
        Function<ServiceTransaction, R> whole =
                transaction -> work.apply(transaction, grounds.read(transaction, step.generation()));
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
