package dev.slipway.worker.sweep;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * When each key was last tried, so that it is not tried too often: each wake makes the history of a workflow longer even if no worker runs
 * it. The pauses double from 2 s to 1 min. Not thread-safe.
 */
public final class Attempts {

    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Map<String, Attempt> made = new HashMap<>();

    /** Whether it is time to try. */
    public boolean isDue(String key, Instant now) {
        Attempt last = made.get(key);
        return last == null || !now.isBefore(last.next());
    }

    /** Records a try. */
    public void made(String key, Instant now) {
        Attempt last = made.get(key);
        Duration pause = last == null ? FIRST : doubled(last.pause());
        made.put(key, new Attempt(now.plus(pause), pause));
    }

    /** Forgets all other keys: they need no more tries. */
    public void keepOnly(Collection<String> keys) {
        made.keySet().retainAll(keys);
    }

    private static Duration doubled(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    private record Attempt(Instant next, Duration pause) {}
}
