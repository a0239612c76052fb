package dev.slipway.activities.instance;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.instance.SetOwner;
import dev.slipway.domain.route.Gateways;
import dev.slipway.domain.route.Gateways.Holding;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceTransaction;
import dev.slipway.domain.wait.Wait;
import dev.slipway.domain.wait.WaitCondition;
import dev.slipway.domain.wait.WaitStore;
import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.instance.Ending.State;
import dev.slipway.workflows.contract.instance.Ending.WaitsFor;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The instance sets of services, in rows: writes desired state and reads observed state. Nothing here calls the cluster. */
public final class ServiceInstances {

    private static final Duration SHORTEST_DRAIN = Duration.ofSeconds(30);

    private final ServiceStore services;
    private final InstanceSetStore sets;
    private final Gateways gateways;
    private final WaitStore waits;
    private final Clock clock;

    public ServiceInstances(
            ServiceStore services, InstanceSetStore sets, Gateways gateways, WaitStore waits, Clock clock) {
        this.services = services;
        this.sets = sets;
        this.gateways = gateways;
        this.waits = waits;
        this.clock = clock;
    }

    /** The sets of a service. */
    public List<Row> of(ServiceId service) {
        return sets.of(owner(service));
    }

    /** Sets the desired count. Called in a transaction that locks the service's row. */
    public void want(ServiceTransaction transaction, InstanceSet set, int count) {
        sets.want(owner(transaction.service().id()), set, count);
    }

    /** Stores what the workflow waits for; it is woken once that holds. */
    public void await(String workflowId, WaitCondition condition) {
        waits.put(new Wait(workflowId, condition, clock.instant()));
    }

    /** Removes the wait of the workflow. */
    public void awaitNothing(String workflowId) {
        waits.remove(workflowId);
    }

    /**
     * Removes all but {@code kept} instances of sets from the routes, from the highest ordinal, and stores the wait for their release by
     * all gateways. Called in a transaction that locks the service's row.
     *
     * @param kept sets and how many of their instances stay
     * @param last see {@link Drain#last}
     */
    public Drain drain(
            ServiceTransaction transaction,
            String workflowId,
            long generation,
            Map<InstanceSetId, Integer> kept,
            boolean last) {
        Set<InstanceId> leaving = new HashSet<>();
        int removed = 0;
        Duration within = SHORTEST_DRAIN;
        for (Row row : of(transaction.service().id())) {
            Integer keep = kept.get(row.id());
            if (keep != null) {
                leaving.addAll(RouteKeeper.drainBut(transaction.routes(), row.observed(), row.count(), keep));
                removed += Math.max(0, row.count() - keep);
                within = longer(within, row.set().template().drain());
            }
        }
        if (!leaving.isEmpty()) {
            String service = transaction.service().id().value();
            await(workflowId, new WaitCondition.Released(service, generation, leaving));
        }
        return new Drain(
                kept.entrySet().stream()
                        .collect(Collectors.toMap(each -> each.getKey().value(), Map.Entry::getValue)),
                leaving.stream().map(InstanceId::toString).sorted().toList(),
                last,
                removed,
                within);
    }

    /**
     * Ends drained instances as far as {@code waitsFor} allows, and stores the wait for the rest.
     *
     * @param allowed whether the service still asks for this; checked in each transaction
     */
    public Ending end(
            String workflowId,
            ServiceId service,
            long generation,
            Drain drain,
            WaitsFor waitsFor,
            Predicate<Service> allowed) {
        Set<InstanceId> leaving =
                drain.leaving().stream().map(InstanceId::parse).collect(Collectors.toSet());
        Map<InstanceSetId, Integer> kept = new LinkedHashMap<>();
        drain.kept().forEach((set, count) -> kept.put(new InstanceSetId(set), count));
        if (waitsFor == WaitsFor.GATEWAYS && !leaving.isEmpty()) {
            WaitCondition released = new WaitCondition.Released(service.value(), generation, leaving);
            await(workflowId, released);
            List<Holding> holding = gateways.holding(service.value(), leaving);
            if (!holding.isEmpty()) {
                return isAllowed(service, allowed)
                        ? new Ending(State.HELD, words(holding))
                        : Ending.of(State.OVERTAKEN);
            }
        }
        WaitCondition.Ended ended = new WaitCondition.Ended(kept, leaving);
        boolean told = services.change(service, transaction -> {
            if (!allowed.test(transaction.service())) {
                return false;
            }
            WaitCondition.Rows rows = rows(kept.keySet());
            // Written once: ended instances are removed from the desired state, and writing them again would make a new
            // revision.
            if (!isDesired(kept, rows) || !ended.holds(rows)) {
                kept.forEach((set, keep) -> sets.scaleDown(set, keep, of(set, leaving)));
            }
            await(workflowId, ended);
            return true;
        });
        if (!told) {
            awaitNothing(workflowId);
            return Ending.of(State.OVERTAKEN);
        }
        if (waitsFor != WaitsFor.NOTHING && !ended.holds(rows(kept.keySet()))) {
            return Ending.of(State.ENDING);
        }
        return services.change(service, transaction -> {
            if (!allowed.test(transaction.service())) {
                return Ending.of(State.OVERTAKEN);
            }
            forget(transaction.routes(), kept, leaving);
            awaitNothing(workflowId);
            return Ending.of(State.ENDED);
        });
    }

    private static boolean isDesired(Map<InstanceSetId, Integer> kept, WaitCondition.Rows rows) {
        return kept.entrySet().stream().allMatch(each -> {
            Row row = rows.find(each.getKey());
            return row == null || row.count() <= each.getValue();
        });
    }

    private boolean isAllowed(ServiceId service, Predicate<Service> allowed) {
        return services.find(service).filter(allowed).isPresent();
    }

    private static Set<InstanceId> of(InstanceSetId set, Set<InstanceId> instances) {
        return instances.stream().filter(id -> id.set().equals(set)).collect(Collectors.toSet());
    }

    private WaitCondition.Rows rows(Set<InstanceSetId> ids) {
        Map<InstanceSetId, Row> found = sets.find(ids).stream().collect(Collectors.toMap(Row::id, row -> row));
        return found::get;
    }

    private void forget(RouteTable routes, Map<InstanceSetId, Integer> kept, Set<InstanceId> leaving) {
        leaving.forEach(routes::gone);
        kept.forEach((set, keep) -> {
            if (keep == 0) {
                routes.leave(set);
                sets.forget(set);
            }
        });
    }

    /** Old sets with draining instances, and how many of their instances do not drain. */
    public static Map<InstanceSetId, Integer> undrained(RouteRows routes, List<Row> rows) {
        List<InstanceId> draining = routes.instances().stream()
                .filter(RouteRows.InstanceRow::draining)
                .map(RouteRows.InstanceRow::id)
                .toList();
        return rows.stream()
                .filter(row -> draining.stream().anyMatch(id -> id.set().equals(row.id())))
                .collect(Collectors.toMap(Row::id, row -> staying(row, draining)));
    }

    // Instances above the count are already being ended.
    private static int staying(Row row, List<InstanceId> draining) {
        long leaving = draining.stream()
                .filter(id ->
                        id.set().equals(row.id()) && !row.desired().leaving().contains(id))
                .map(InstanceId::ordinal)
                .distinct()
                .count();
        return Math.max(0, row.count() - (int) leaving);
    }

    private static String words(List<Holding> holding) {
        return holding.stream()
                .map(each -> "gateway %s: %s".formatted(each.gatewayId(), each.reason()))
                .collect(Collectors.joining("; "));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static SetOwner owner(ServiceId service) {
        return SetOwner.service(service.value());
    }
}
