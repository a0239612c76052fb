package dev.slipway.worker.instance;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteRows.InstanceRow;
import dev.slipway.domain.route.RouteRows.SetRow;
import dev.slipway.domain.route.RouteTable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Route rows in memory, to check whether writing would change any. Most observations change nothing. */
final class RouteDryRun implements RouteTable {

    private final Map<InstanceSetId, SetRow> sets = new LinkedHashMap<>();
    private final Map<InstanceId, InstanceRow> instances = new LinkedHashMap<>();
    private final RouteRows before;
    private boolean open;

    RouteDryRun(RouteRows rows) {
        before = rows;
        rows.sets().forEach(row -> sets.put(row.set(), row));
        rows.instances().forEach(row -> instances.put(row.id(), row));
        open = rows.open();
    }

    /** Whether any row has changed. */
    boolean hasChanged() {
        return open != before.open()
                || !List.copyOf(sets.values()).equals(before.sets())
                || !instances.equals(byId(before.instances()));
    }

    private static Map<InstanceId, InstanceRow> byId(List<InstanceRow> rows) {
        Map<InstanceId, InstanceRow> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.id(), row));
        return byId;
    }

    @Override
    public void enter(InstanceSetId set, int entry, String label, int weight) {
        sets.put(set, new SetRow(set, entry, label, weight));
    }

    @Override
    public void leave(InstanceSetId set) {
        sets.remove(set);
        instances.keySet().removeIf(instance -> instance.set().equals(set));
    }

    @Override
    public void ready(InstanceId instance, Address address) {
        InstanceRow row = instances.get(instance);
        if (sets.containsKey(instance.set()) && (row == null || !row.draining())) {
            instances.put(instance, new InstanceRow(instance, address, true, false));
        }
    }

    @Override
    public void notReady(InstanceId instance) {
        instances.computeIfPresent(instance, (id, row) -> new InstanceRow(id, row.address(), false, row.draining()));
    }

    @Override
    public void drain(InstanceId instance) {
        if (sets.containsKey(instance.set())) {
            InstanceRow row = instances.get(instance);
            instances.put(
                    instance,
                    row == null
                            ? new InstanceRow(instance, null, false, true)
                            : new InstanceRow(instance, row.address(), row.ready(), true));
        }
    }

    @Override
    public void gone(InstanceId instance) {
        instances.remove(instance);
    }

    @Override
    public RouteRows rows() {
        return new RouteRows(open, List.copyOf(sets.values()), List.copyOf(instances.values()));
    }

    @Override
    public void open(boolean nowOpen) {
        open = nowOpen;
    }

    @Override
    public void erase() {
        sets.clear();
        instances.clear();
        open = false;
    }
}
