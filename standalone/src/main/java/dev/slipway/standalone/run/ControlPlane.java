package dev.slipway.standalone.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * API and worker of one process. They are independent and start at the same time, so that unfinished work continues while the web server
 * still loads.
 */
final class ControlPlane implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    private final List<AutoCloseable> started;

    private ControlPlane(List<AutoCloseable> started) {
        this.started = started;
    }

    /** Starts one of them and returns when it serves. */
    @FunctionalInterface
    interface Start {
        AutoCloseable start();
    }

    /**
     * Returns when all serve. If one cannot, the others are closed again, and its failure is thrown.
     *
     * @param starts in the order in which they are closed
     */
    static ControlPlane start(List<Start> starts) {
        List<AutoCloseable> started = new ArrayList<>();
        RuntimeException failure = null;
        try (ExecutorService threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().name("start-", 1).factory())) {
            List<Future<AutoCloseable>> begun =
                    starts.stream().map(start -> threads.submit(start::start)).toList();
            for (Future<AutoCloseable> one : begun) {
                try {
                    started.add(one.get());
                } catch (ExecutionException e) {
                    failure = first(failure, e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    failure = first(failure, new ExecutionException(e));
                }
            }
        }
        ControlPlane controlPlane = new ControlPlane(started);
        if (failure != null) {
            controlPlane.close();
            throw failure;
        }
        return controlPlane;
    }

    private static RuntimeException first(@Nullable RuntimeException before, ExecutionException next) {
        if (before != null) {
            return before;
        }
        return next.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException("cannot start", next.getCause());
    }

    @Override
    public void close() {
        for (AutoCloseable one : started) {
            try {
                one.close();
            } catch (Exception e) { // an edge: one must not stop the other from closing
                LOG.error("cannot stop {}", one.getClass().getSimpleName(), e);
            }
        }
    }
}
