package dev.slipway.domain.instance;

import java.util.Set;

/**
 * The desired state of an instance set: {@code count} instances besides the leaving ones.
 *
 * @param count 0 ends all instances, and the cluster forgets the set
 * @param leaving instances that have to end whatever the count is, because they are drained or because they hang
 * @param revision grows with each change; the cluster ignores a revision older than the last applied one
 */
public record DesiredSet(InstanceSet set, int count, Set<InstanceId> leaving, long revision) {

    public DesiredSet {
        leaving = Set.copyOf(leaving);
        if (count < 0) {
            throw new IllegalArgumentException("set '%s': count %d, expected at least 0".formatted(set.id(), count));
        }
    }

    /** A set without instances that leave. */
    public static DesiredSet of(InstanceSet set, int count, long revision) {
        return new DesiredSet(set, count, Set.of(), revision);
    }

    public InstanceSetId id() {
        return set.id();
    }
}
