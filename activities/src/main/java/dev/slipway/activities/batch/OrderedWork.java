package dev.slipway.activities.batch;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs calls concurrently and hands on their results in the order of the calls. The number of calls that run or wait for an earlier one is
 * limited, so that memory is bounded. For one thread, which also handles the results.
 */
final class OrderedWork<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderedWork.class);
    private static final long END_SECONDS = 5;

    /** Takes a result. */
    @FunctionalInterface
    interface Sink<T> {
        void take(T result) throws IOException;
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Future<T>> pending = new ArrayDeque<>();
    private final int most;
    private final Liveness liveness;
    private final Sink<T> sink;
    private long taken;

    OrderedWork(int most, Liveness liveness, Sink<T> sink) {
        this.most = most;
        this.liveness = liveness;
        this.sink = sink;
    }

    /** Starts a call as soon as the limit allows it. */
    void add(Callable<T> call) throws IOException, InterruptedException {
        makeRoom();
        pending.add(threads.submit(call));
    }

    /** A result that needs no call. */
    void addDone(T result) throws IOException, InterruptedException {
        makeRoom();
        pending.add(CompletableFuture.completedFuture(result));
    }

    private void makeRoom() throws IOException, InterruptedException {
        while (!pending.isEmpty()
                && (pending.size() >= most || pending.getFirst().isDone())) {
            takeFirst();
        }
    }

    /** Waits for all calls and hands on their results. */
    void finish() throws IOException, InterruptedException {
        while (!pending.isEmpty()) {
            takeFirst();
        }
    }

    private void takeFirst() throws IOException, InterruptedException {
        while (true) {
            liveness.alive(taken);
            try {
                T result = pending.getFirst().get(1, TimeUnit.SECONDS);
                pending.removeFirst();
                taken++;
                sink.take(result);
                return;
            } catch (TimeoutException notYet) {
                // reported progress, so wait again
            } catch (ExecutionException e) {
                throw rethrown(e);
            }
        }
    }

    private static IOException rethrown(ExecutionException e) throws IOException, InterruptedException {
        Throwable cause = e.getCause();
        if (cause instanceof IOException io) {
            throw io;
        }
        if (cause instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (cause instanceof RuntimeException runtime) {
            throw runtime;
        }
        throw new IllegalStateException(e);
    }

    /** Interrupts running calls and waits a moment for their end. No more results are handed on. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("calls go on after their work has ended count={}", pending.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
