package dev.slipway.testing.rollout;

import dev.slipway.domain.rollout.RolloutStore;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.wave.Snapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Rollouts in memory. Safe for use by many threads. */
public final class InMemoryRolloutStore implements RolloutStore {

    private final Map<String, Map<Long, Row>> rows = new TreeMap<>();
    private final Map<String, Deque<VerdictRow>> verdicts = new HashMap<>();

    @Override
    public synchronized Snapshot takeSnapshot(ServiceId service, long generation, Snapshot snapshot) {
        return of(service)
                .computeIfAbsent(generation, number -> new Row(snapshot, null))
                .snapshot();
    }

    @Override
    public synchronized Settled settle(ServiceId service, long generation, Settled settled) {
        Row row = of(service).get(generation);
        if (row == null) {
            return settled;
        }
        Settled before = row.settled();
        if (before != null) {
            return before;
        }
        of(service).put(generation, new Row(row.snapshot(), settled));
        return settled;
    }

    @Override
    public synchronized Optional<Row> find(ServiceId service, long generation) {
        return Optional.ofNullable(of(service).get(generation));
    }

    @Override
    public synchronized List<Long> unsettled(ServiceId service) {
        return of(service).entrySet().stream()
                .filter(entry -> entry.getValue().settled() == null)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public synchronized void addVerdict(ServiceId service, long generation, VerdictRow verdict) {
        if (of(service).containsKey(generation)) {
            Deque<VerdictRow> kept = verdicts.computeIfAbsent(key(service, generation), key -> new ArrayDeque<>());
            kept.addLast(verdict);
            if (kept.size() > VERDICTS_KEPT) {
                kept.removeFirst();
            }
        }
    }

    @Override
    public synchronized List<VerdictRow> verdicts(ServiceId service, long generation) {
        return List.copyOf(verdicts.getOrDefault(key(service, generation), new ArrayDeque<>()));
    }

    private static String key(ServiceId service, long generation) {
        return service + "/" + generation;
    }

    private Map<Long, Row> of(ServiceId service) {
        return rows.computeIfAbsent(service.value(), id -> new TreeMap<>());
    }
}
