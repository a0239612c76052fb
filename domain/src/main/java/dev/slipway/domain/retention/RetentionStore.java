package dev.slipway.domain.retention;

import dev.slipway.domain.batch.BatchTask;
import java.time.Instant;
import java.util.List;

/**
 * Removes rows that nobody needs any more. Each call is one transaction that removes at most {@code limit} things, passes over what
 * others have locked, and returns how many it removed: to be called again until it removes fewer. Repeatable at will, and safe beside
 * running work. What is old is said by instants, exclusive.
 */
public interface RetentionStore {

    /** What the rows name now. */
    InUse inUse();

    /**
     * Deleted services with all that belongs to them: generations, rollouts, tasks, requests, counts, totals, gateways' reports. A service
     * stays as long as it has an event, an instance set, or batch work that is not removed.
     *
     * @param deletedBefore when they were deleted
     */
    int removeServices(Instant deletedBefore, int limit);

    /**
     * Starts and stops of living services and outcomes of their rollouts, where they are neither the latest nor what serves. What the
     * service shows as its updates stays. At most {@code limit} of each; the larger number is returned.
     */
    int removeGenerations(Instant acceptedBefore, int limit);

    /** Earlier tasks of living services whose work is removed. The task that a service shows stays. */
    int removeTasks(Instant endedBefore, int limit);

    /** What request workflows asked for. */
    int removeRequests(Instant acceptedBefore, int limit);

    /** Waits for things that are no more, of workflows that ended without taking them back. */
    int removeWaits(Instant since, int limit);

    /**
     * Desired instance sets whose owner is gone, or has been at rest since {@code settledBefore} without wanting instances: the
     * cluster drains and ends what lives of them.
     */
    int removeInstanceSets(Instant settledBefore, int limit);

    /** Ended tasks, and those of deleted services, whose plan, parts or commits are still kept: those whose removal was begun last. */
    List<BatchTask> tasksWithWork(Instant endedBefore, int limit);
}
