package dev.slipway.parts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The embedded parts of this process: started concurrently, watched, restarted on their ports when they die, and stopped together in
 * reverse order. A part that runs but does not answer is not killed, because it may recover.
 */
public final class RunningParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningParts.class);
    private static final Duration CHECKED_EACH = Duration.ofMillis(500);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

    private final List<Part> parts;
    private final Consumer<String> notices;
    private final Thread watch;
    private volatile boolean closing;

    private RunningParts(List<Part> parts, Consumer<String> notices) {
        this.parts = List.copyOf(parts);
        this.notices = notices;
        this.watch = Thread.ofPlatform().daemon().name("parts-watch").unstarted(this::watch);
    }

    /**
     * Starts all parts at once and returns when all answer. When one fails, those that started are stopped again.
     *
     * @param notices gets a line when a part is ready, when it died and when it runs again
     * @throws PartFailure the first one
     */
    public static RunningParts start(List<Part> parts, Consumer<String> notices) {
        RunningParts running = new RunningParts(parts, notices);
        try {
            running.startAll();
        } catch (RuntimeException e) {
            running.stopAll();
            throw e;
        }
        running.watch.start();
        return running;
    }

    private void startAll() {
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("start-part-", 0).factory())) {
            List<Future<?>> starts = new ArrayList<>();
            for (Part part : parts) {
                starts.add(threads.submit(() -> startAndTell(part)));
            }
            for (Future<?> start : starts) {
                start.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while parts start", e);
        }
    }

    private void startAndTell(Part part) {
        long began = System.nanoTime();
        part.start();
        notices.accept("%-9s ready after %4.1f s  %s"
                .formatted(part.name(), (System.nanoTime() - began) / 1e9, part.address()));
    }

    public List<Part> parts() {
        return parts;
    }

    private void watch() {
        Map<Part, Long> notBefore = new HashMap<>();
        while (!closing) {
            for (Part part : parts) {
                if (System.nanoTime() >= notBefore.getOrDefault(part, Long.MIN_VALUE) && !isAliveAgain(part)) {
                    notBefore.put(part, System.nanoTime() + BETWEEN_TRIES.toNanos());
                }
            }
            try {
                TimeUnit.NANOSECONDS.sleep(CHECKED_EACH.toNanos());
            } catch (InterruptedException closed) {
                return;
            }
        }
    }

    /** Starts it again if it died; false if that failed. */
    private boolean isAliveAgain(Part part) {
        try {
            boolean isAlive = part.isAlive() || restart(part);
            part.limitLog();
            return isAlive;
        } catch (Throwable e) { // an edge: the watch goes on and tries again, whatever the reason
            LOG.error("part={} cannot be started again, next try in {} s", part.name(), BETWEEN_TRIES.toSeconds(), e);
            notices.accept(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private boolean restart(Part part) {
        if (closing) {
            return true;
        }
        LOG.warn("part={} died, starting it again", part.name());
        notices.accept("part '%s' died, starting it again".formatted(part.name()));
        long began = System.nanoTime();
        part.start();
        notices.accept("part '%s' is back at %s after %.1f s"
                .formatted(part.name(), part.address(), (System.nanoTime() - began) / 1e9));
        return true;
    }

    private void stopAll() {
        for (Part part : parts.reversed()) {
            try {
                part.stop();
            } catch (RuntimeException e) { // an edge: one part must not stop the others from ending
                LOG.error("part={} cannot be stopped", part.name(), e);
            }
        }
    }

    /** Ends the watch, then stops all parts. */
    @Override
    public void close() {
        closing = true;
        watch.interrupt();
        try {
            watch.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopAll();
    }
}
