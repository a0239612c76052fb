package dev.slipway.activities.instance;

import dev.slipway.domain.problem.Unavailable;
import java.util.List;
import java.util.function.Consumer;

/** Wakes those who waited for places, once theirs have come free. */
public final class Wakes {

    private final Consumer<String> poke;

    /** @param poke pokes the workflow of that id */
    public Wakes(Consumer<String> poke) {
        this.poke = poke;
    }

    /** Wakes them; one that cannot be reached now is woken by the sweeper. */
    public void wake(List<String> waiters) {
        for (String waiter : waiters) {
            try {
                poke.accept(waiter);
            } catch (Unavailable sweeperMakesUpForIt) {
                return;
            }
        }
    }
}
