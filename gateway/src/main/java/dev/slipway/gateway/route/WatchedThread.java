package dev.slipway.gateway.route;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a loop, with a watchdog: if it ends before {@link #end}, it is started again; if it makes no progress for too long, that is
 * logged with what it waits for, and whatever it waits for is interrupted.
 */
final class WatchedThread {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedThread.class);
    private static final int CHECKS_PER_LIMIT = 10;
    private static final int SHOWN_CALLS = 12;

    private final String name;
    private final Runnable loop;
    private final Duration limit;
    private final Runnable interruption;
    private final ScheduledExecutorService watchdog;
    private volatile Thread thread;
    private volatile long progressedAt = System.nanoTime();

    /**
     * @param loop runs until the caller ends it
     * @param limit the longest time without progress
     * @param interruption makes a call fail that the loop waits for, from another thread; called after each such time
     */
    WatchedThread(String name, Runnable loop, Duration limit, Runnable interruption) {
        this.name = name;
        this.loop = loop;
        this.limit = limit;
        this.interruption = interruption;
        this.thread = unstarted();
        this.watchdog = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name + "-watchdog").daemon().factory());
    }

    private Thread unstarted() {
        return Thread.ofPlatform().name(name).daemon().unstarted(loop);
    }

    /** Called once. */
    void start() {
        progressed();
        thread.start();
        long every = limit.toNanos() / CHECKS_PER_LIMIT;
        var unused = watchdog.scheduleWithFixedDelay(this::check, every, every, TimeUnit.NANOSECONDS);
    }

    /** The loop has begun another round. */
    void progressed() {
        progressedAt = System.nanoTime();
    }

    private void check() {
        try {
            Thread watched = thread;
            if (!watched.isAlive()) {
                LOG.error("thread has ended by itself and is started again name={}", name);
                restart();
            } else if (System.nanoTime() - progressedAt > limit.toNanos()) {
                LOG.error("thread makes no progress name={} seconds={} in={}", name, limit.toSeconds(), calls(watched));
                progressed();
                interruption.run();
            }
        } catch (RuntimeException e) {
            // The edge of the watchdog: an executor ends a task that fails.
            LOG.error("thread could not be watched name={}", name, e);
        }
    }

    private void restart() {
        progressed();
        Thread next = unstarted();
        thread = next;
        next.start();
    }

    private static String calls(Thread of) {
        return Arrays.stream(of.getStackTrace())
                .limit(SHOWN_CALLS)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    /**
     * Ends the watch and waits until the loop has ended, which the caller has asked it to do.
     *
     * @return false if it has not ended within the limit
     */
    boolean end(Duration within) throws InterruptedException {
        watchdog.shutdown();
        if (!watchdog.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        return thread.getState() == Thread.State.NEW || thread.join(within);
    }
}
