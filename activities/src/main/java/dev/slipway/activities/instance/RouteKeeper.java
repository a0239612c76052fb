package dev.slipway.activities.instance;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes to the route rows which instances answer. Called in a transaction that locks the service's row. */
public final class RouteKeeper {

    private RouteKeeper() {}

    /**
     * Updates the rows of a set from its observed state. An instance whose ordinal is drained is not added, also in a new incarnation. Rows
     * of ended instances are removed, unless the cluster does not know the set at all.
     */
    public static void keep(RouteTable routes, SetStatus status) {
        List<RouteRows.InstanceRow> rows = routes.rows().instances().stream()
                .filter(row -> row.id().set().equals(status.id()))
                .toList();
        Set<Integer> leaving = leavingOrdinals(rows);
        for (Instance instance : status.instances()) {
            keep(routes, instance, leaving);
        }
        if (status.wanted() > 0) {
            rows.stream()
                    .filter(row -> !row.draining() && !lives(row.id(), status))
                    .forEach(row -> routes.gone(row.id()));
        }
    }

    private static void keep(RouteTable routes, Instance instance, Set<Integer> leaving) {
        Address address = instance.address();
        switch (instance.state()) {
            case READY -> {
                if (address != null && !leaving.contains(instance.id().ordinal())) {
                    routes.ready(instance.id(), address);
                }
            }
            // An instance that was ready never starts again; the cluster has adopted it and has not checked it yet.
            case STARTING -> {}
            case DRAINING, EXITED -> routes.notReady(instance.id());
        }
    }

    /**
     * Drains all instances of the set but {@code keep}, from the highest ordinal, which is the order in which the cluster ends them.
     * Returns the leaving instances.
     */
    static Set<InstanceId> drainBut(RouteTable routes, SetStatus status, int count, int keep) {
        surplusOrdinals(status, count, keep).forEach(ordinal -> drainOrdinal(routes, status, ordinal));
        return routes.rows().instances().stream()
                .filter(row -> row.id().set().equals(status.id()) && row.draining())
                .map(RouteRows.InstanceRow::id)
                .collect(Collectors.toSet());
    }

    // A crashed instance that waits for its restart still has its ordinal; one that we stopped has not.
    private static List<Integer> surplusOrdinals(SetStatus status, int count, int keep) {
        SortedSet<Integer> held = new TreeSet<>();
        status.instances().stream()
                .filter(instance -> instance.state() != InstanceState.DRAINING && !instance.stoppedByUs())
                .forEach(instance -> held.add(instance.id().ordinal()));
        for (int ordinal = 0; held.size() < count; ordinal++) {
            held.add(ordinal);
        }
        return held.stream().skip(keep).toList();
    }

    // An ordinal without an instance is marked by its first incarnation, so that a later one takes no requests.
    private static void drainOrdinal(RouteTable routes, SetStatus status, int ordinal) {
        List<InstanceId> known = new ArrayList<>();
        routes.rows().instances().stream()
                .map(RouteRows.InstanceRow::id)
                .filter(id -> id.set().equals(status.id()) && id.ordinal() == ordinal)
                .forEach(known::add);
        status.instances().stream()
                .filter(instance -> instance.state() != InstanceState.EXITED)
                .map(Instance::id)
                .filter(id -> id.ordinal() == ordinal && !known.contains(id))
                .forEach(known::add);
        if (known.isEmpty()) {
            known.add(new InstanceId(status.id(), ordinal, 1));
        }
        known.forEach(routes::drain);
    }

    private static Set<Integer> leavingOrdinals(List<RouteRows.InstanceRow> rows) {
        return rows.stream()
                .filter(RouteRows.InstanceRow::draining)
                .map(row -> row.id().ordinal())
                .collect(Collectors.toSet());
    }

    private static boolean lives(InstanceId id, SetStatus status) {
        return status.instances().stream()
                .anyMatch(instance -> instance.id().equals(id) && instance.state() != InstanceState.EXITED);
    }
}
