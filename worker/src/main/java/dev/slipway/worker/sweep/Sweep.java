package dev.slipway.worker.sweep;

import dev.slipway.domain.problem.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
    private static final int PAGE = 500;
    // So that a large installation's pass does not keep a lost wake waiting: the rest follows in the next round.
    private static final int CALLS_IN_A_ROUND = 100;

    private final SweptRows<R> rows;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final Attempts attempts = new Attempts();
    private final Pass toWake = new Pass();
    private final Pass toAsk = new Pass();
    private final Set<String> untakenKeys = new HashSet<>();
    private @Nullable R lastUntaken;
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
            lastUntaken = null;
            toWake.end();
            toAsk.end();
            return;
        }
        if (!led) {
            toWake.begin();
            nextAsking = clock.instant().plus(ASKED_EACH);
            led = true;
        }
        wakeUntaken();
        workOff(toWake, row -> rows.again(row).ifPresent(rows::wake));
        if (toAsk.isOver() && !clock.instant().isBefore(nextAsking)) {
            toAsk.begin();
            nextAsking = clock.instant().plus(ASKED_EACH);
        }
        workOff(toAsk, this::wakeIfGone);
    }

    private void wakeUntaken() {
        Instant now = clock.instant();
        // A page each round, so that those behind many that nobody takes have their turn too.
        List<R> untaken = rows.untakenSince(now.minus(TAKEN_WITHIN), lastUntaken, UNTAKEN_LIMIT);
        untaken.forEach(row -> untakenKeys.add(rows.key(row)));
        lastUntaken = untaken.size() < UNTAKEN_LIMIT ? null : untaken.getLast();
        if (lastUntaken == null) {
            attempts.keepOnly(untakenKeys);
            untakenKeys.clear();
        }
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

    private void workOff(Pass pass, Consumer<R> call) {
        for (int calls = 0; calls < CALLS_IN_A_ROUND; calls++) {
            R row = pass.first();
            if (row == null) {
                return;
            }
            tryWith(row, call);
            pass.removeFirst();
        }
    }

    /** A walk over all unfinished rows, page by page, that goes on over as many rounds as it takes. */
    private final class Pass {

        private final Deque<R> page = new ArrayDeque<>();
        private @Nullable R last;
        private boolean over = true;

        void begin() {
            page.clear();
            last = null;
            over = false;
        }

        void end() {
            page.clear();
            over = true;
        }

        boolean isOver() {
            return over;
        }

        /** The row whose turn it is, null once all have had theirs. */
        @Nullable
        R first() {
            if (page.isEmpty() && !over) {
                page.addAll(rows.unfinished(last, PAGE));
                over = page.isEmpty();
            }
            return page.peek();
        }

        void removeFirst() {
            last = page.removeFirst();
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
