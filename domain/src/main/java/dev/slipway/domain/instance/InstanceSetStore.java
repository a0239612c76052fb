package dev.slipway.domain.instance;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps desired and observed state of instance sets. Activities write the desired state. The leader applies it to the cluster and writes
 * the observed state back. The desired state is written only in the transaction that locks the owner's row, so that a late writer sees a
 * newer command.
 */
public interface InstanceSetStore {

    /** Sets the desired count. The template of an existing set stays. An equal count changes nothing. */
    void want(SetOwner owner, InstanceSet set, int count);

    /**
     * Scales the set down to {@code count} by ending these very instances. A count that is not below the present one changes nothing. Does
     * nothing if there is no such set.
     */
    void scaleDown(InstanceSetId set, int count, Set<InstanceId> leaving);

    /** Replaces the instance by another one. Does nothing if there is no such set, or at a second call. */
    void replace(InstanceId instance);

    /** Removes the set. Does nothing if there is none. */
    void forget(InstanceSetId set);

    /** The sets of an owner, by id, including sets with count 0 until they are forgotten. */
    List<Row> of(SetOwner owner);

    /** The sets of each of these owners that has any, by id. One query. */
    Map<SetOwner, List<Row>> of(Collection<SetOwner> owners);

    /** The set. */
    Optional<Row> find(InstanceSetId set);

    /** The sets that exist of these, by id. One query. */
    List<Row> find(Collection<InstanceSetId> sets);

    /** The sets of all owners, by id. One query. */
    List<Row> all();

    /**
     * Writes the observed state of a set. Ignored if the set does not exist, was forgotten and asked for again after {@code revision}, or
     * was observed at a newer revision. Leaving instances that no longer exist are removed from the desired state.
     *
     * @param revision of the desired state that the cluster has applied
     */
    void observe(SetStatus status, long revision);

    /**
     * A row.
     *
     * @param observed with the desired count; without instances until it is first observed
     * @param current whether the cluster had applied this very revision when it was observed
     */
    record Row(SetOwner owner, DesiredSet desired, SetStatus observed, boolean current) {

        public InstanceSetId id() {
            return desired.id();
        }

        public InstanceSet set() {
            return desired.set();
        }

        public int count() {
            return desired.count();
        }
    }
}
