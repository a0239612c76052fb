package dev.slipway.gateway.route;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The minute that requests are counted in. It never goes back: if the machine's clock is set back, requests count in the latest minute
 * until the clock has caught up. Safe for use by many threads.
 */
final class MinuteClock {

    private static final long MILLIS = 60_000;

    private final Clock clock;
    private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);

    MinuteClock(Clock clock) {
        this.clock = clock;
    }

    /** Minutes since the epoch. */
    long minute() {
        long now = Math.floorDiv(clock.millis(), MILLIS);
        long known = latest.get();
        return now == known ? now : latest.accumulateAndGet(now, Math::max);
    }
}
