package dev.slipway.worker.sweep;

import dev.slipway.domain.problem.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One routine for lost signals, a boot and the recovery from a disaster. Rows that nobody takes are signalled; of rows that are taken the
 * workflow is asked for each 15 s, and signalled only if it is gone; with the lead, each unfinished row is signalled once. A long rollout or
 * wait is never signalled through. For one thread.
 */
public final class Sweep<R> {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(2);
    private static final Duration ASKED_EACH = Duration.ofSeconds(15);
    private static final int UNTAKEN_LIMIT = 1_000;
    private static final int UNFINISHED_LIMIT = 10_000;
    // So that a large installation's pass does not keep a lost wake waiting: the rest follows in the next round.
    private static final int CALLS_IN_A_ROUND = 100;

    private final SweptRows<R> rows;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final Attempts attempts = new Attempts();
    private final Deque<R> toWake = new ArrayDeque<>();
    private final Deque<R> toAsk = new ArrayDeque<>();
    private boolean led;
    private Instant nextAsking = Instant.EPOCH;

    /** @param leads whether this process does the sweeping now */
    public Sweep(SweptRows<R> rows, BooleanSupplier leads, Clock clock) {
        this.rows = rows;
        this.leads = leads;
        this.clock = clock;
    }

    /**
     * One round.
     *
     * @throws Unavailable if the database or Temporal does not answer: the next round goes on where this one ended
     */
    public void round() {
        if (!leads.getAsBoolean()) {
            led = false;
            toWake.clear();
            toAsk.clear();
            return;
        }
        if (!led) {
            toWake.addAll(rows.unfinished(UNFINISHED_LIMIT));
            nextAsking = clock.instant().plus(ASKED_EACH);
            led = true;
        }
        wakeUntaken();
        workOff(toWake, row -> rows.again(row).ifPresent(rows::wake));
        if (!clock.instant().isBefore(nextAsking)) {
            toAsk.clear();
            toAsk.addAll(rows.unfinished(UNFINISHED_LIMIT));
            nextAsking = clock.instant().plus(ASKED_EACH);
        }
        workOff(toAsk, this::wakeIfGone);
    }

    private void wakeUntaken() {
        Instant now = clock.instant();
        List<R> untaken = rows.untakenSince(now.minus(TAKEN_WITHIN), UNTAKEN_LIMIT);
        attempts.keepOnly(untaken.stream().map(rows::key).toList());
        for (R row : untaken) {
            String key = rows.key(row);
            if (attempts.isDue(key, now)) {
                tryWith(row, each -> {
                    rows.wake(each);
                    LOG.info("signalled untaken row={}", key);
                });
                attempts.made(key, now);
            }
        }
    }

    private void wakeIfGone(R row) {
        if (rows.isRunning(row)) {
            return;
        }
        // It may have come to its end since the rows were read.
        rows.again(row).ifPresent(still -> {
            rows.wake(still);
            LOG.info("signalled row={}, its run was gone", rows.key(still));
        });
    }

    private void workOff(Deque<R> queue, Consumer<R> call) {
        for (int calls = 0; calls < CALLS_IN_A_ROUND && !queue.isEmpty(); calls++) {
            tryWith(queue.getFirst(), call);
            queue.removeFirst();
        }
    }

    private void tryWith(R row, Consumer<R> call) {
        try {
            call.accept(row);
        } catch (Unavailable forAllRows) {
            throw forAllRows;
        } catch (RuntimeException failure) { // an edge: what is wrong with one row must not keep the others waiting
            LOG.warn("could not sweep row={}", rows.key(row), failure);
        }
    }
}
