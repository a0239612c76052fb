package dev.slipway.domain.rollout;

import java.util.List;

/**
 * What a rollout goes from and to, photographed once before its first step. A stored format: it only grows.
 *
 * @param lanes one for each entry that goes, comes, changes or stays
 */
public record Snapshot(List<Lane> lanes) {

    public Snapshot {
        lanes = List.copyOf(lanes);
    }

    /** Whether old instances may leave before new ones are ready. */
    public boolean makesRoom() {
        return lanes.stream().anyMatch(lane -> lane.replaces() && lane.unavailable() > 0);
    }

    /** Whether something served before, to which a failed rollout returns. */
    public boolean hasOld() {
        return lanes.stream().anyMatch(lane -> lane.oldCount() > 0);
    }
}
