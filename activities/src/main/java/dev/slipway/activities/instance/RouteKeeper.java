package dev.slipway.activities.instance;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes into the route rows which instances answer. Called in a transaction that holds the service's row. */
public final class RouteKeeper {

    private RouteKeeper() {}

    /**
     * Brings the rows of a set to what the cluster says. An instance whose ordinal is being drained stays out, also in a new
     * incarnation. Rows of instances that are no more go, unless the cluster does not know the set at all.
     */
    public static void keep(RouteTable routes, SetStatus status) {
        List<RouteRows.InstanceRow> rows = routes.rows().instances().stream()
                .filter(row -> row.id().set().equals(status.id()))
                .toList();
        Set<Integer> leaving = leavingOrdinals(rows);
        for (Instance instance : status.instances()) {
            Address address = instance.address();
            if (instance.state() == InstanceState.READY && address != null) {
                if (!leaving.contains(instance.id().ordinal())) {
                    routes.ready(instance.id(), address);
                }
            } else {
                routes.notReady(instance.id());
            }
        }
        if (status.wanted() > 0) {
            rows.stream()
                    .filter(row -> !row.draining() && isGone(row.id(), status))
                    .forEach(row -> routes.gone(row.id()));
        }
    }

    /** Lets all instances of the set with an ordinal from {@code keep} on get no new requests, and tells which those are. */
    static Set<InstanceId> drainFrom(RouteTable routes, SetStatus status, int count, int keep) {
        InstanceSetId set = status.id();
        for (int ordinal = keep; ordinal < count; ordinal++) {
            drainOrdinal(routes, status, ordinal);
        }
        return routes.rows().instances().stream()
                .filter(row -> row.id().set().equals(set) && row.draining())
                .map(RouteRows.InstanceRow::id)
                .collect(Collectors.toSet());
    }

    // An ordinal without any instance is marked by its first incarnation, so that none that comes up later takes
    // requests.
    private static void drainOrdinal(RouteTable routes, SetStatus status, int ordinal) {
        List<InstanceId> known = new java.util.ArrayList<>();
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

    private static boolean isGone(InstanceId id, SetStatus status) {
        boolean lives = status.instances().stream()
                .anyMatch(instance -> instance.id().equals(id) && instance.state() != InstanceState.EXITED);
        boolean replaced = status.instances().stream()
                .anyMatch(instance ->
                        instance.id().ordinal() == id.ordinal() && instance.id().incarnation() > id.incarnation());
        return !lives && (replaced || id.ordinal() >= status.wanted());
    }
}
