package dev.slipway.domain.retention;

import dev.slipway.domain.batch.BatchTask;
import java.time.Instant;
import java.util.List;

/**
 * Removes rows that are no longer needed. Each call is one transaction that removes at most {@code limit} things, skips locked rows, and
 * returns how many it removed; call it again until it removes fewer. Repeatable, and safe beside running work. Instants are exclusive.
 */
public interface RetentionStore {

    /** What the rows refer to now. */
    InUse inUse();

    /**
     * How many things of each kind are older than {@code periods} at {@code now}, in the order in which they are removed. At most
     * {@code limit} of a kind are counted. An estimate: what others still need is counted too. Removes nothing.
     */
    List<RemovableRows> removable(RetentionPeriods periods, Instant now, int limit);

    /**
     * Deleted services with all that belongs to them: generations, rollouts, tasks, requests, counts, totals, gateways' reports. A service
     * stays as long as it has an event, an instance set, or batch work that is not removed.
     *
     * @param deletedBefore when they were deleted
     */
    int removeServices(Instant deletedBefore, int limit);

    /**
     * Starts and stops of existing services, and rollouts of theirs, except the latest and the serving ones. Update records stay. At most
     * {@code limit} of each; returns the larger number.
     */
    int removeGenerations(Instant acceptedBefore, int limit);

    /** Earlier tasks of services whose work is removed. The task that a service shows stays. */
    int removeTasks(Instant endedBefore, int limit);

    /** What request workflows asked for. */
    int removeRequests(Instant acceptedBefore, int limit);

    /** Waits of workflows that ended without removing them, for things that do not exist any more. */
    int removeWaits(Instant since, int limit);

    /**
     * Desired instance sets whose owner is gone, or settled before {@code settledBefore} and wants no instances. The cluster then drains
     * and ends their instances.
     */
    int removeInstanceSets(Instant settledBefore, int limit);

    /**
     * Ended tasks, and tasks of deleted services, whose plan, parts or commits are still kept. Those whose removal has already begun come
     * last.
     */
    List<BatchTask> tasksWithWork(Instant endedBefore, int limit);

    /** How many things of a kind could be removed. */
    record RemovableRows(String kind, long count) {}
}
