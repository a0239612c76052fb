package dev.slipway.domain.instance;

import java.util.Set;

/**
 * An instance set as it should be: {@code count} instances besides those that leave.
 *
 * @param count 0 means that all end; the cluster forgets the set then
 * @param leaving instances that are to end whatever the count is, because requests to them have been drained or because they hang
 * @param revision grows with each change: the cluster ignores a revision older than one that it has applied
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
