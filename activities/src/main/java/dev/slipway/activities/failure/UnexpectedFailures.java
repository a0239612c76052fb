package dev.slipway.activities.failure;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts the unexpected failures of each running activity in this process. Of more than {@value #MOST} the oldest are forgotten, which only
 * gives them some more tries. The end of a process counts for none of its activities: what ended it cannot be told from what only ran
 * beside it, and an operator may kill a process as often as he likes.
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

    /** Counts one more and returns the new number. */
    synchronized int count(String activity) {
        return times.merge(activity, 1, Integer::sum);
    }

    synchronized void forget(String activity) {
        times.remove(activity);
    }
}
