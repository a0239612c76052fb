package dev.slipway.domain.access;

import dev.slipway.domain.problem.ErrorCode;
import dev.slipway.domain.problem.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The delays after wrong passwords. An entry is forgotten after 15 minutes; of more than 10,000 the least recently used one is dropped. */
final class LoginDelays {

    static final int REMEMBERED = 10_000;
    private static final Duration MEMORY = Duration.ofMinutes(15);

    private final Rule rule;
    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > REMEMBERED;
        }
    };

    LoginDelays(Rule rule, Clock clock) {
        this.rule = rule;
        this.clock = clock;
    }

    /**
     * Which failures cause a delay, and how long.
     *
     * @param free failures without a delay
     * @param first delay after one more; each further one doubles it, up to {@code longest}
     */
    record Rule(int free, Duration first, Duration longest) {

        private Duration after(int count) {
            if (count <= free) {
                return Duration.ZERO;
            }
            // 20 doublings of a second are 12 days.
            Duration delay = first.multipliedBy(1L << Math.min(count - free - 1, 20));
            return delay.compareTo(longest) < 0 ? delay : longest;
        }
    }

    /** @throws Unavailable THROTTLED until the delay of the last failure is over */
    synchronized void refuseIfPutOff(String key, String reason) {
        Failures last = lately(key);
        if (last == null) {
            return;
        }
        Duration left = Duration.between(clock.instant(), last.notBefore());
        if (left.isPositive()) {
            throw new Unavailable(
                    ErrorCode.THROTTLED,
                    "%s: the next is looked at in %d s; from another address at once"
                            .formatted(reason, left.plusMillis(999).toSeconds()),
                    left);
        }
    }

    synchronized void failed(String key) {
        Failures last = lately(key);
        int count = last == null ? 1 : last.count() + 1;
        Instant now = clock.instant();
        failures.put(key, new Failures(count, now, now.plus(rule.after(count))));
    }

    synchronized void forget(String key) {
        failures.remove(key);
    }

    /** The number of entries. */
    synchronized int size() {
        return failures.size();
    }

    private @Nullable Failures lately(String key) {
        Failures last = failures.get(key);
        if (last != null && last.at().plus(MEMORY).isBefore(clock.instant())) {
            failures.remove(key);
            return null;
        }
        return last;
    }

    private record Failures(int count, Instant at, Instant notBefore) {}
}
