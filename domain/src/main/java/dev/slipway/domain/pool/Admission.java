package dev.slipway.domain.pool;

import dev.slipway.domain.problem.NoCapacity;
import java.util.List;

/** The book of places. Each call is one transaction under the pool's row lock and may be repeated. */
public interface Admission {

    /**
     * Claims places, or changes the count of a claim that stands. Granted by priority, then by order; nobody overtakes. A smaller
     * count than held is granted at once.
     *
     * @throws NoCapacity NO_RESOURCES if the pool never has so many places
     */
    Grant claim(Claim claim);

    /** How the holder's claim stands. */
    Grant standing(Holder holder);

    /** Gives back all places of the holder, grants the next waiters, and returns the {@code wakes} of those granted. */
    List<String> release(Holder holder);

    /** Gives back the places of all holders whose name begins so, as {@link #release}. */
    List<String> releaseAll(String holderPrefix);

    /** Places of a flavor that nobody holds. */
    int free(String pool, String flavor);
}
