package dev.slipway.activities.batch;

import dev.slipway.domain.batch.BatchStore;
import dev.slipway.domain.batch.TaskId;
import dev.slipway.domain.problem.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every few seconds what a chunk in progress has answered, for people who look at the job. For one thread. */
final class ToldProgress {
    private static final Logger LOG = LoggerFactory.getLogger(ToldProgress.class);

    private final BatchStore tasks;
    private final TaskId task;
    private final long first;
    private final Duration each;
    private final LongSupplier nanos;
    private long lastTold;

    /** @param first record of the chunk */
    ToldProgress(BatchStore tasks, TaskId task, long first, Duration each) {
        this(tasks, task, first, each, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    ToldProgress(BatchStore tasks, TaskId task, long first, Duration each, LongSupplier nanos) {
        this.tasks = tasks;
        this.task = task;
        this.first = first;
        this.each = each;
        this.nanos = nanos;
        this.lastTold = nanos.getAsLong();
    }

    /** @param records of the chunk that are answered, in whatever order */
    void answered(long records) {
        long now = nanos.getAsLong();
        if (now - lastTold < each.toNanos()) {
            return;
        }
        lastTold = now;
        try {
            tasks.answering(task, first, records, Instant.now());
        } catch (Unavailable untold) {
            LOG.info("progress not told task={} first={} reason={}", task, first, untold.getMessage());
        }
    }
}
