package dev.slipway.activities.rollout;

import dev.slipway.activities.instance.SlotWaiters;
import dev.slipway.activities.instance.StateFollowers;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.pool.Claim;
import dev.slipway.domain.pool.Grant;
import dev.slipway.domain.pool.Pools;
import dev.slipway.domain.problem.NoCapacity;
import dev.slipway.domain.rollout.RolloutOutcome;
import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.rollout.RolloutStore.Settled;
import dev.slipway.domain.rollout.Shares;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.ConfigChange;
import dev.slipway.domain.service.RequiredSlots;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceGeneration;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceState;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.domain.wave.Snapshot;
import dev.slipway.workflows.contract.pool.AdmissionResult;
import dev.slipway.workflows.contract.rollout.RolloutActivities;
import dev.slipway.workflows.contract.rollout.RolloutResult;
import dev.slipway.workflows.contract.rollout.RolloutStart;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@link RolloutActivities}. */
public final class RolloutActivitiesImpl implements RolloutActivities {

    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final RolloutStore rollouts;
    private final RolloutContexts contexts;
    private final Admission admission;
    private final Pools pools;
    private final SlotWaiters waiters;
    private final WaitStore waits;
    private final StateFollowers followers;
    private final Limits limits;
    private final Clock clock;

    /**
     * The times of rollouts.
     *
     * @param longestWait how long a start waits for slots before it fails
     * @param bake how long new instances must stay healthy before old ones end
     */
    public record Limits(Duration longestWait, Duration bake) {}

    public RolloutActivitiesImpl(
            ServiceStore services,
            InstanceSetStore sets,
            RolloutStore rollouts,
            Admission admission,
            Pools pools,
            SlotWaiters waiters,
            WaitStore waits,
            Limits limits,
            Clock clock) {
        this.services = services;
        this.sets = sets;
        this.rollouts = rollouts;
        this.contexts = new RolloutContexts(sets, rollouts, pools);
        this.admission = admission;
        this.pools = pools;
        this.waiters = waiters;
        this.waits = waits;
        this.followers = new StateFollowers(waits, waiters);
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public RolloutStart takeSnapshot(ServiceStep step) {
        return services.change(id(step), transaction -> {
            Service service = transaction.service();
            ServiceConfig to = transaction.generation(step.generation()).config();
            boolean begun = rollouts.find(service.id(), step.generation()).isPresent();
            Snapshot snapshot = rollouts.takeSnapshot(service.id(), step.generation(), snapshotOf(service, to));
            Settled settled =
                    rollouts.find(service.id(), step.generation()).orElseThrow().settled();
            return new RolloutStart(
                    title(service.serving(), to, snapshot),
                    snapshot.hasOld(),
                    snapshot.makesRoom(),
                    Duration.ofMinutes(to.deployTimeoutMinutes()),
                    limits.longestWait(),
                    limits.bake(),
                    settled == null ? null : new RolloutResult(settled.outcome().name(), settled.cause()),
                    begun);
        });
    }

    private Snapshot snapshotOf(Service service, ServiceConfig to) {
        Map<InstanceSetId, Integer> counts =
                sets.of(owner(service)).stream().collect(Collectors.toMap(Row::id, Row::count));
        return new ConfigChange(pools).snapshot(service.serving(), set -> counts.getOrDefault(set, 0), to);
    }

    private static String title(@Nullable ServiceConfig serving, ServiceConfig to, Snapshot snapshot) {
        return serving == null || !snapshot.hasOld()
                ? "start " + words(to)
                : "from %s to %s".formatted(words(serving), words(to));
    }

    private static String words(ServiceConfig config) {
        return config.entries().stream()
                .map(entry -> "%d x %s (%d %%)".formatted(entry.instanceCount(), entry.label(), entry.weight()))
                .collect(Collectors.joining(", "));
    }

    @Override
    public AdmissionResult admit(ServiceStep step) {
        RolloutContext context =
                services.change(id(step), transaction -> contexts.read(transaction, step.generation()));
        if (context.overtaken()) {
            return new AdmissionResult(AdmissionResult.State.WAITING, "a newer command is there");
        }
        AdmissionResult slots = claim(during(context).claims());
        boolean changed = services.change(id(step), transaction -> {
            ServiceState before = transaction.service().state();
            if (slots.state() == AdmissionResult.State.WAITING) {
                tellWaiting(transaction, step.generation(), context, slots.details());
            } else if (slots.state() == AdmissionResult.State.GRANTED) {
                tellPlaced(transaction, step.generation(), context);
            }
            return transaction.service().state() != before;
        });
        if (changed) {
            followers.tell(context.service());
        }
        return slots;
    }

    private AdmissionResult claim(List<Claim> claims) {
        List<String> waiting = new ArrayList<>();
        for (Claim claim : claims) {
            try {
                if (admission.claim(claim) instanceof Grant.Waiting grant) {
                    waiting.add("%d slots of '%s' in pool '%s' wanted, %d free, position %d"
                            .formatted(grant.wanted(), claim.flavor(), claim.pool(), grant.free(), grant.position()));
                }
            } catch (NoCapacity never) {
                return new AdmissionResult(
                        AdmissionResult.State.IMPOSSIBLE, Objects.requireNonNullElse(never.getMessage(), "no room"));
            }
        }
        return waiting.isEmpty()
                ? new AdmissionResult(AdmissionResult.State.GRANTED, "")
                : new AdmissionResult(AdmissionResult.State.WAITING, String.join("; ", waiting));
    }

    private void tellWaiting(ServiceTransaction transaction, long generation, RolloutContext context, String details) {
        Service service = transaction.service();
        if (!service.asksFor(generation)) {
            return;
        }
        transaction.record(RolloutEvents.lackOfSlots(service, generation, details, now()));
        if (!context.snapshot().hasOld()) {
            transaction.save(service.withState(ServiceState.WAITING, now()));
        }
    }

    private void tellPlaced(ServiceTransaction transaction, long generation, RolloutContext context) {
        Service service = transaction.service();
        if (!service.asksFor(generation)) {
            return;
        }
        RolloutEvents.placed(service, generation, context.to(), now()).forEach(transaction::record);
        if (service.state() == ServiceState.WAITING) {
            transaction.save(service.withState(ServiceState.DEPLOYING, now()));
        }
    }

    @Override
    public boolean isOvertaken(ServiceStep step) {
        return services.find(id(step))
                .filter(service -> service.asksFor(step.generation()))
                .isEmpty();
    }

    @Override
    public void beginUndo(ServiceStep step, String cause) {
        services.change(id(step), transaction -> {
            RolloutContext context = contexts.read(transaction, step.generation());
            if (!context.overtaken() && context.snapshot().hasOld()) {
                transaction.record(RolloutEvents.rollingBack(context.service(), step.generation(), cause, now()));
            }
            return true;
        });
    }

    @Override
    public void keepSlots(ServiceStep step, boolean ofNew) {
        RolloutContext context =
                services.change(id(step), transaction -> contexts.read(transaction, step.generation()));
        if (context.overtaken()) {
            return;
        }
        ServiceConfig kept =
                ofNew ? context.to() : context.snapshot().hasOld() ? context.from() : new ServiceConfig(List.of());
        RequiredSlots needed = RequiredSlots.by(context.service(), kept);
        needed.claims().forEach(admission::claim);
        needed.without(during(context)).forEach(holder -> waiters.wake(admission.release(holder)));
    }

    @Override
    public RolloutResult conclude(ServiceStep step, RolloutResult outcome) {
        waits.remove(step.workflow());
        return services.change(id(step), transaction -> {
            RolloutContext context = contexts.read(transaction, step.generation());
            Settled before = rollouts.find(context.service().id(), step.generation())
                    .orElseThrow()
                    .settled();
            if (before != null) {
                return new RolloutResult(before.outcome().name(), before.cause());
            }
            Settled settled = new Settled(RolloutOutcome.valueOf(outcome.outcome()), outcome.cause());
            rollouts.settle(context.service().id(), step.generation(), settled);
            settleService(transaction, context, step.generation(), settled);
            return outcome;
        });
    }

    private void settleService(
            ServiceTransaction transaction, RolloutContext context, long generation, Settled settled) {
        String cause = Objects.requireNonNullElse(settled.cause(), "");
        boolean healthy = settled.outcome() == RolloutOutcome.SUCCEEDED;
        transaction.settle(
                generation,
                healthy ? ServiceGeneration.Outcome.SUCCESS : ServiceGeneration.Outcome.FAIL,
                settled.cause());
        if (context.overtaken()) {
            return;
        }
        if (healthy) {
            succeed(transaction, context, generation);
        } else if (context.snapshot().hasOld()) {
            Shares.settled(transaction.routes(), context.from());
            transaction.save(context.service().settledRolledBack(generation, now()));
            transaction.record(RolloutEvents.rolledBack(context.service(), generation, cause, now()));
        } else {
            RouteTable routes = transaction.routes();
            routes.open(false);
            transaction.save(context.service().settledDown(generation, ServiceState.FAILED, cause, now()));
            transaction.record(RolloutEvents.notStarted(context.service(), generation, cause, now()));
        }
    }

    private void succeed(ServiceTransaction transaction, RolloutContext context, long generation) {
        Shares.settled(transaction.routes(), context.to());
        transaction.routes().open(true);
        transaction.save(context.service().settledServing(transaction.generation(generation), now()));
        transaction.record(
                context.snapshot().hasOld()
                        ? RolloutEvents.updated(context.service(), generation, now())
                        : RolloutEvents.started(context.service(), generation, now()));
    }

    private Instant now() {
        return clock.instant();
    }

    private static RequiredSlots during(RolloutContext context) {
        return RequiredSlots.during(context.service(), context.snapshot(), context.from(), context.to());
    }

    private static SetOwner owner(Service service) {
        return SetOwner.service(service.id().value());
    }

    private static ServiceId id(ServiceStep step) {
        return new ServiceId(step.serviceId());
    }
}
