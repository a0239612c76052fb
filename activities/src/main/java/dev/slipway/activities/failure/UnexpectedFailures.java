package dev.slipway.activities.failure;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often each running activity has failed unexpectedly in this process. Of more than {@value #MOST} the oldest are forgotten, which
 * gives them a few tries more.
 */
final class UnexpectedFailures {

    private static final int MOST = 10_000;

    private final Map<String, Integer> times = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST;
        }
    };

    /** Counts one more; how many there are now. */
    synchronized int count(String activity) {
        return times.merge(activity, 1, Integer::sum);
    }

    synchronized void forget(String activity) {
        times.remove(activity);
    }
}
