package dev.slipway.testing.rollout;

import dev.slipway.domain.instance.InstanceSet;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.service.InstanceSetStore;
import dev.slipway.domain.service.ServiceId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Instance sets in memory. Safe for use by many threads. */
public final class InMemoryInstanceSetStore implements InstanceSetStore {

    private final Map<String, WantedSet> rows = new TreeMap<>();

    @Override
    public synchronized void want(ServiceId service, InstanceSet set, int count) {
        WantedSet before = rows.get(set.id().value());
        rows.put(set.id().value(), new WantedSet(service, before == null ? set : before.set(), count));
    }

    @Override
    public synchronized void forget(InstanceSetId set) {
        rows.remove(set.value());
    }

    @Override
    public synchronized List<WantedSet> of(ServiceId service) {
        return rows.values().stream()
                .filter(row -> row.service().equals(service))
                .toList();
    }

    @Override
    public synchronized List<WantedSet> all() {
        return List.copyOf(rows.values());
    }
}
