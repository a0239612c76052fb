package dev.slipway.activities.rollout;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceConfig;
import dev.slipway.domain.service.ServiceEntry;
import dev.slipway.domain.wave.EntryChange;
import dev.slipway.domain.wave.Snapshot;
import dev.slipway.domain.wave.Waves;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The context of a step of a rollout, read in the step's transaction.
 *
 * @param overtaken whether there is a newer command, so that the step does nothing
 * @param from what serves; without entries if nothing does
 * @param to what is wanted
 */
record RolloutContext(
        Service service, boolean overtaken, Snapshot snapshot, ServiceConfig from, ServiceConfig to, List<Row> sets) {

    Waves waves() {
        Map<InstanceSetId, Integer> counts = new LinkedHashMap<>();
        sets.forEach(row -> counts.put(row.id(), row.count()));
        return new Waves(snapshot, counts);
    }

    /** The entry of the set, in the new configuration or the old one. */
    ServiceEntry entryOf(InstanceSetId set) {
        return Stream.concat(to.entries().stream(), from.entries().stream())
                .filter(entry -> entry.set().equals(set))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("instance set '%s' has no entry".formatted(set)));
    }

    /** Sets in which new instances start. */
    Set<InstanceSetId> growing() {
        return snapshot.changes().stream()
                .filter(EntryChange::grows)
                .map(change -> Objects.requireNonNull(change.fresh()))
                .collect(Collectors.toSet());
    }

    /** The counts without new instances. */
    Map<InstanceSetId, Integer> withoutNew() {
        Map<InstanceSetId, Integer> kept = new LinkedHashMap<>();
        for (EntryChange change : snapshot.changes()) {
            InstanceSetId fresh = change.fresh();
            if (fresh != null && change.grows()) {
                kept.put(fresh, change.keeps() ? change.oldCount() : 0);
            }
        }
        return kept;
    }

    /** Old sets and how many instances they had. */
    Map<InstanceSetId, Integer> oldCounts() {
        Map<InstanceSetId, Integer> counts = new LinkedHashMap<>();
        for (EntryChange change : snapshot.changes()) {
            InstanceSetId old = change.old();
            if (old != null && change.oldCount() > 0) {
                counts.put(old, change.oldCount());
            }
        }
        return counts;
    }
}
