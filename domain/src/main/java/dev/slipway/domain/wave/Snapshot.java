package dev.slipway.domain.wave;

import java.util.List;

/**
 * The start and the goal of a rollout, taken once before its first step. A stored format: parts are only added.
 *
 * @param changes one for each entry that is removed, added, changed or kept
 */
public record Snapshot(List<EntryChange> changes) {

    public Snapshot {
        changes = List.copyOf(changes);
    }

    /** Whether old instances may end before new ones are ready. */
    public boolean makesRoom() {
        return changes.stream().anyMatch(change -> change.replaces() && change.unavailable() > 0);
    }

    /** Whether something served before that a failed rollout returns to. */
    public boolean hasOld() {
        return changes.stream().anyMatch(change -> change.oldCount() > 0);
    }
}
