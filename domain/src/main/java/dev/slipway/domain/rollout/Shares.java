package dev.slipway.domain.rollout;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.wave.EntryChange;
import dev.slipway.domain.wave.Snapshot;
import java.util.List;

/** Divides the shares of entries among instance sets, before, during and after a rollout. */
public final class Shares {

    /** Groups from this number on are for removed entries that have no successor with a weight. */
    private static final int LEAVING = 1000;

    private Shares() {}

    /** Only the entries of {@code config}. */
    public static void settled(RouteTable routes, ServiceConfig config) {
        List<ServiceEntry> entries = config.entries();
        for (int i = 0; i < entries.size(); i++) {
            enter(routes, i, entries.get(i));
        }
        routes.rows().sets().stream()
                .map(row -> row.set())
                .filter(set -> entries.stream().noneMatch(entry -> entry.set().equals(set)))
                .forEach(routes::leave);
    }

    /**
     * Both versions: each old entry shares with its successor by their numbers of ready instances. A new entry of weight 0 takes nothing
     * over.
     */
    public static void during(RouteTable routes, Snapshot snapshot, ServiceConfig from, ServiceConfig to) {
        List<ServiceEntry> coming = to.entries();
        for (int i = 0; i < coming.size(); i++) {
            enter(routes, i, coming.get(i));
        }
        for (int i = 0; i < from.entries().size(); i++) {
            ServiceEntry leaving = from.entries().get(i);
            if (coming.stream().noneMatch(entry -> entry.set().equals(leaving.set()))) {
                enter(routes, successor(snapshot, coming, leaving.set(), i), leaving);
            }
        }
    }

    private static int successor(Snapshot snapshot, List<ServiceEntry> coming, InstanceSetId leaving, int position) {
        return snapshot.changes().stream()
                .filter(change -> change.replaces() && leaving.equals(change.old()))
                .map(EntryChange::entry)
                .filter(entry -> coming.get(entry).weight() > 0)
                .findFirst()
                .orElse(LEAVING + position);
    }

    private static void enter(RouteTable routes, int entry, ServiceEntry from) {
        routes.enter(from.set(), entry, from.label(), from.weight());
    }
}
