package dev.slipway.gateway.route;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.route.LatencyHistogram;
import dev.slipway.domain.route.MinuteCounts;
import dev.slipway.domain.route.RequestCounts;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Counts the requests of this process to one instance set, by minute. A minute is kept until it is over and reported. Each report contains
 * whole minutes, so it may be repeated. Guarded by the lock of its service.
 */
final class SetCounter {

    /** If the database is unavailable for longer, the latest minute takes all counts, so that memory is bounded. */
    static final int MOST_MINUTES = 15;

    private static final int SECONDS = 60;

    private final InstanceSetId set;
    private final Deque<Minute> minutes = new ArrayDeque<>();
    private int inFlight;

    SetCounter(InstanceSetId set) {
        this.set = set;
    }

    /** A request has chosen an instance of the set. */
    void opened(long minute) {
        inFlight++;
        Minute current = at(minute);
        current.mostInFlight = Math.max(current.mostInFlight, inFlight);
        current.isTold = false;
    }

    /** A request has ended. */
    void closed() {
        inFlight--;
    }

    void sent(long minute) {
        at(minute).change().sent++;
    }

    /** @param nanos the latency */
    void answered(long minute, int status, long nanos) {
        Minute current = at(minute).change();
        current.answered++;
        current.latency[LatencyHistogram.bucketOf(nanos)]++;
        switch (status / 100) {
            case 2 -> current.successes++;
            case 4 -> current.clientErrors++;
            case 5 -> current.serverErrors++;
            default -> {
                // Counted as answered only.
            }
        }
    }

    void cut(long minute) {
        at(minute).change().cut++;
    }

    void abandoned(long minute) {
        at(minute).change().abandoned++;
    }

    private Minute at(long minute) {
        Minute latest = minutes.peekLast();
        if (latest != null && (minute <= latest.number || minutes.size() == MOST_MINUTES)) {
            return latest;
        }
        Minute next = new Minute(minute, inFlight);
        minutes.add(next);
        return next;
    }

    boolean hasInFlight() {
        return inFlight > 0;
    }

    /** Whether it can be dropped. */
    boolean isEmpty() {
        return inFlight == 0 && minutes.isEmpty();
    }

    /**
     * Starts the minute if a request is open in it, and drops older minutes that were reported.
     *
     * @return whether there is more to report than before
     */
    boolean turnTo(long minute) {
        minutes.removeIf(each -> each.isTold && each.number < minute);
        int before = minutes.size();
        if (inFlight > 0) {
            at(minute);
        }
        return minutes.size() > before;
    }

    /** The minutes that have to be reported, oldest first. */
    List<MinuteCounts> unreported() {
        return minutes.stream()
                .filter(minute -> !minute.isTold)
                .map(minute -> minute.counts(set))
                .toList();
    }

    /** These counts were written. */
    void told(MinuteCounts counts) {
        for (Minute minute : minutes) {
            // After a later request the minute has to be reported again.
            if (minute.instant().equals(counts.minute()) && minute.counts(set).equals(counts)) {
                minute.isTold = true;
            }
        }
    }

    private static final class Minute {

        private final long number;
        private final long[] latency = new long[LatencyHistogram.BUCKETS];
        private int mostInFlight;
        private long sent;
        private long answered;
        private long successes;
        private long clientErrors;
        private long serverErrors;
        private long cut;
        private long abandoned;
        private boolean isTold;

        Minute(long number, int inFlight) {
            this.number = number;
            this.mostInFlight = inFlight;
        }

        Minute change() {
            isTold = false;
            return this;
        }

        Instant instant() {
            return Instant.ofEpochSecond(number * SECONDS);
        }

        MinuteCounts counts(InstanceSetId set) {
            LatencyHistogram histogram =
                    new LatencyHistogram(Arrays.stream(latency).boxed().toList());
            return new MinuteCounts(
                    set,
                    instant(),
                    new RequestCounts(sent, answered, successes, clientErrors, serverErrors, cut, abandoned, histogram),
                    mostInFlight);
        }
    }
}
