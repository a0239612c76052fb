package dev.slipway.domain.wave;

import java.util.List;

/**
 * What a rollout goes from and to, taken once before its first step. A stored format: it only grows.
 *
 * @param changes one for each entry that goes, comes, changes or stays
 */
public record Snapshot(List<EntryChange> changes) {

    public Snapshot {
        changes = List.copyOf(changes);
    }

    /** Whether old instances may leave before new ones are ready. */
    public boolean makesRoom() {
        return changes.stream().anyMatch(change -> change.replaces() && change.unavailable() > 0);
    }

    /** Whether something served before, to which a failed rollout returns. */
    public boolean hasOld() {
        return changes.stream().anyMatch(change -> change.oldCount() > 0);
    }
}
