package dev.slipway.domain.pool;

import java.util.List;

/**
 * The book of slots. Each call is one transaction under the pool's row lock and may be repeated. A claim is granted whole or not at
 * all; until then it keeps the slots that it has.
 */
public interface Admission {

    /**
     * Claims slots, or changes the count of a claim that stands. Granted by priority, then by order; nobody overtakes. A smaller
     * count than held is granted at once; a larger one than held takes its place at the end of the queue. Who is signalled claims again,
     * and is signalled until then.
     *
     * @throws dev.slipway.domain.problem.NoCapacity NO_RESOURCES if the pool never has so many slots
     * @throws dev.slipway.domain.problem.Invalid FLAVOR_UNKNOWN if the pool has no such flavor
     */
    Grant claim(Claim claim);

    /** How the holder's claim stands. */
    Grant standing(Holder holder);

    /** Gives back all slots of the holder, grants the next waiters, and returns the {@code wakes} of those granted. */
    List<String> release(Holder holder);

    /** Gives back the slots of all holders whose name begins so, as {@link #release}. */
    List<String> releaseAll(String holderPrefix);

    /** Slots of a flavor that nobody holds; less than 0 where the settings have shrunk a pool. */
    int free(String pool, String flavor);

    /**
     * Grants what there is room for, in every pool, and returns the {@code wakes} of all whose claim is granted and who have not
     * claimed again since. Makes up for a release whose wakes got lost.
     */
    List<String> grantWaiting();

    /** Holders whose service or task wants no slots any more. */
    List<Holder> unwanted();

    /** As {@link #release}, but only if the holder is among {@link #unwanted} at this very moment. */
    List<String> releaseUnwanted(Holder holder);
}
