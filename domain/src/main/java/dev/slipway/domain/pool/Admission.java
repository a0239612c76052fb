package dev.slipway.domain.pool;

import java.util.List;

/**
 * Grants slots of pools. Each call is one transaction under the pool's row lock and may be repeated. A claim is granted completely or not
 * at all; until then it keeps the slots that it has.
 */
public interface Admission {

    /**
     * Claims slots, or changes the count of an existing claim. Claims are granted by priority, then in order; none overtakes another. A
     * count smaller than held is granted at once; a larger one goes to the end of the queue. A workflow that is woken claims again, and is
     * woken again until it does.
     *
     * @throws dev.slipway.domain.problem.NoCapacity NO_RESOURCES if the pool never has so many slots
     * @throws dev.slipway.domain.problem.Invalid FLAVOR_UNKNOWN if the pool has no such flavor
     */
    Grant claim(Claim claim);

    /** The state of the holder's claim. */
    Grant standing(Holder holder);

    /** Releases all slots of the holder, grants the next claims, and returns the {@code wakes} of the granted ones. */
    List<String> release(Holder holder);

    /** Releases the slots of all holders with this prefix, as {@link #release}. */
    List<String> releaseAll(String holderPrefix);

    /** Free slots of a flavor; less than 0 if the settings have shrunk the pool. */
    int free(String pool, String flavor);

    /**
     * Grants claims that fit, in every pool, and returns the {@code wakes} of all granted claims whose holder has not claimed again since.
     * This covers lost wakes.
     */
    List<String> grantWaiting();

    /** Holders whose service, task or model wants no slots any more. */
    List<Holder> unwanted();

    /** As {@link #release}, but only if the holder is still {@link #unwanted}, checked in the same transaction. */
    List<String> releaseUnwanted(Holder holder);
}
