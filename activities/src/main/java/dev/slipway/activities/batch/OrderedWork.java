package dev.slipway.activities.batch;

import java.io.IOException;
import java.time.Duration;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs calls concurrently and hands on their results in the order of the calls. The number of calls that run or wait for an earlier one is
 * limited, so that memory is bounded. While it waits it reports how many calls have completed, in whatever order. For one thread, which also
 * handles the results.
 */
final class OrderedWork<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderedWork.class);
    private static final long END_SECONDS = 5;
    /** How often a wait reports that it goes on. */
    private static final Duration TICK = Duration.ofSeconds(1);

    /** Takes a result. */
    @FunctionalInterface
    interface Sink<T> {
        void take(T result) throws IOException;
    }

    private record Pending<T>(Future<T> result, BooleanSupplier hasBegun) {}

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Pending<T>> pending = new ArrayDeque<>();
    private final int most;
    private final Liveness liveness;
    private final Sink<T> sink;
    private final AtomicLong completed = new AtomicLong();
    private long taken;

    OrderedWork(int most, Liveness liveness, Sink<T> sink) {
        this.most = most;
        this.liveness = liveness;
        this.sink = sink;
    }

    /** Starts a call as soon as the limit allows it. */
    void add(Callable<T> call) throws IOException, InterruptedException {
        add(call, () -> true);
    }

    /** @param hasBegun whether the call does more than wait for its turn */
    void add(Callable<T> call, BooleanSupplier hasBegun) throws IOException, InterruptedException {
        makeRoom();
        pending.add(new Pending<>(threads.submit(() -> completed(call.call())), hasBegun));
    }

    /** A result that needs no call. */
    void addDone(T result) throws IOException, InterruptedException {
        makeRoom();
        pending.add(new Pending<>(CompletableFuture.completedFuture(completed(result)), () -> true));
    }

    private T completed(T result) {
        completed.incrementAndGet();
        return result;
    }

    private void makeRoom() throws IOException, InterruptedException {
        while (!pending.isEmpty()
                && (pending.size() >= most || pending.getFirst().result().isDone())) {
            takeFirst();
        }
    }

    /** Waits for all calls and hands on their results. */
    void finish() throws IOException, InterruptedException {
        finish(() -> false);
    }

    /**
     * The same while there is time. Then calls that have not begun, and those after them, are left out; those that have begun are waited
     * for. At least one result is handed on.
     */
    void finish(BooleanSupplier isTimeUp) throws IOException, InterruptedException {
        while (!pending.isEmpty() && !isLeftOut(pending.getFirst(), isTimeUp)) {
            takeFirstWithin(TICK);
        }
    }

    private boolean isLeftOut(Pending<T> call, BooleanSupplier isTimeUp) {
        return taken > 0 && !call.result().isDone() && !call.hasBegun().getAsBoolean() && isTimeUp.getAsBoolean();
    }

    private void takeFirst() throws IOException, InterruptedException {
        int before = pending.size();
        while (pending.size() == before) {
            takeFirstWithin(TICK);
        }
    }

    private void takeFirstWithin(Duration time) throws IOException, InterruptedException {
        liveness.alive(completed.get());
        T result;
        try {
            result = pending.getFirst().result().get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
            return;
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
        pending.removeFirst();
        taken++;
        sink.take(result);
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
