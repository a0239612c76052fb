package dev.slipway.activities.instance;

import dev.slipway.domain.problem.Unavailable;
import java.util.List;
import java.util.function.Consumer;

/** Wakes workflows whose slots were granted. */
public final class SlotWaiters {

    private final Consumer<String> wake;

    /** @param wake wakes the workflow of that id */
    public SlotWaiters(Consumer<String> wake) {
        this.wake = wake;
    }

    /** Wakes them. One that cannot be reached now is woken by the sweeper. */
    public void wake(List<String> waiters) {
        for (String waiter : waiters) {
            try {
                wake.accept(waiter);
            } catch (Unavailable sweeperMakesUpForIt) {
                return;
            }
        }
    }
}
