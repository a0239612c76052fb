package dev.slipway.workflows.contract.instance;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A scale-down that has begun: its instances get no new requests.
 *
 * @param kept how many instances remain, by set
 * @param leaving the instances that are to end
 * @param last whether nothing is left to do for a rollout after this
 * @param removed by how many instances the service shrinks
 * @param within how long instances may take to end once they are told to
 */
public record Drain(Map<String, Integer> kept, List<String> leaving, boolean last, int removed, Duration within) {

    public Drain {
        kept = new TreeMap<>(kept);
        leaving = List.copyOf(leaving);
    }

    /** Nothing is to be scaled down. */
    public static Drain nothing(boolean last) {
        return new Drain(Map.of(), List.of(), last, 0, Duration.ZERO);
    }
}
