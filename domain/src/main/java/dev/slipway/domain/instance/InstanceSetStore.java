package dev.slipway.domain.instance;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps which instance sets should exist and what was last seen of them. Desired state is these rows: activities write them, the
 * process that leads brings the cluster to them and writes back what it sees. What is desired is written only inside
 * the transaction that holds the owner's row, so that a late writer sees the command that overtook it.
 */
public interface InstanceSetStore {

    /** Wants so many instances of the set. The template of a set that is there stays. Nothing changes if the count is the same. */
    void want(SetOwner owner, InstanceSet set, int count);

    /**
     * Brings the set down to {@code count}, ending these very instances. A count that is not below the present one stays as it is.
     * Nothing happens if there is no such set.
     */
    void scaleDown(InstanceSetId set, int count, Set<InstanceId> leaving);

    /** Lets another instance take the place of this one. Nothing happens if there is no such set, or a second time. */
    void replace(InstanceId instance);

    /** Forgets the set. Nothing happens if there is none. */
    void forget(InstanceSetId set);

    /** The sets of an owner, by id; those that are to end (count 0) as well, until they are forgotten. */
    List<Row> of(SetOwner owner);

    /** The sets of each of these owners that has any, by id. One query. */
    Map<SetOwner, List<Row>> of(Collection<SetOwner> owners);

    /** The set. */
    Optional<Row> find(InstanceSetId set);

    /** The sets, by id; those that are not there are left out. One query. */
    List<Row> find(Collection<InstanceSetId> sets);

    /** The sets of all owners, by id. One query. */
    List<Row> all();

    /**
     * Writes what the cluster says of a set. Ignored where the set is gone, was forgotten and wanted anew after {@code revision}, or
     * has been seen at a newer one. Instances that leave and are no more are taken off the desired state.
     *
     * @param revision of the desired state that the cluster has applied
     */
    void observe(SetStatus status, long revision);

    /**
     * A row.
     *
     * @param observed with the count that the row wants; without instances as long as nothing was seen
     * @param current whether the cluster had applied this very revision when that was seen
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
