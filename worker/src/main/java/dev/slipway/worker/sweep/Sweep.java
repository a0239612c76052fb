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
 * One routine for lost signals, the start of a process, and disaster recovery. Rows that no workflow has taken are signalled. For rows that
 * are taken, it checks each 15 s whether the workflow runs, and signals only if it does not. A process that becomes leader signals each
 * unfinished row once. A long rollout or wait gets no signals. Not thread-safe.
 */
public final class Sweep<R> {

    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(2);
    private static final Duration ASKED_EACH = Duration.ofSeconds(15);
    private static final int UNTAKEN_LIMIT = 1_000;
    private static final int PAGE = 500;
    // So that a pass over a large installation does not delay a lost wake. The rest follows in the next round.
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

    /** @param leads whether this process is the leader now */
    public Sweep(SweptRows<R> rows, BooleanSupplier leads, Clock clock) {
        this.rows = rows;
        this.leads = leads;
        this.clock = clock;
    }

    /**
     * Runs one round.
     *
     * @throws Unavailable if the database or Temporal does not answer: the next round continues where this one stopped
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
        // It may have ended since the rows were read.
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

    /** A walk over all unfinished rows, page by page, over as many rounds as it needs. */
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

        /** The next row; null at the end. */
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
        } catch (RuntimeException failure) { // an edge: one row must not stop the others
            LOG.warn("could not sweep row={}", rows.key(row), failure);
        }
    }
}
