package dev.slipway.activities.batch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs calls concurrently and hands on their results in the order of the calls. The number of calls that run or wait for an earlier one is
 * limited, so that memory is bounded. A call that gives null is left out, and so are all after it. While it waits it reports how much
 * has been completed, in whatever order. For one thread, which also handles the results.
 */
final class OrderedWork<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderedWork.class);
    private static final long END_SECONDS = 5;
    /** How often a wait reports that it goes on. */
    private static final Duration TICK = Duration.ofSeconds(1);

    /** Gives a result; null ends the work here. */
    @FunctionalInterface
    interface Call<T> {
        @Nullable
        T call() throws Exception;
    }

    /** Takes a result. */
    @FunctionalInterface
    interface Sink<T> {
        void take(T result) throws IOException;
    }

    /** How much a result is. */
    interface Extent<T> {
        /** What it counts in what is reported. */
        long size(T result);

        /** Whether it is all that the call was to give; if not, its call was interrupted. */
        boolean isWhole(T result);
    }

    private record Result<T>(@Nullable T value) {}

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Deque<Future<Result<T>>> pending = new ArrayDeque<>();
    private final int most;
    private final Liveness liveness;
    private final Sink<T> sink;
    private final Extent<T> extent;
    private final AtomicLong completed = new AtomicLong();
    private boolean ended;

    OrderedWork(int most, Liveness liveness, Sink<T> sink) {
        this(most, liveness, sink, new Extent<>() {
            @Override
            public long size(T result) {
                return 1;
            }

            @Override
            public boolean isWhole(T result) {
                return true;
            }
        });
    }

    OrderedWork(int most, Liveness liveness, Sink<T> sink, Extent<T> extent) {
        this.extent = extent;
        this.most = most;
        this.liveness = liveness;
        this.sink = sink;
    }

    /** Starts a call as soon as the limit allows it. False if an earlier one was left out: this one is not started then. */
    boolean add(Call<T> call) throws IOException, InterruptedException {
        makeRoom();
        if (ended) {
            return false;
        }
        pending.add(threads.submit(() -> completed(call.call())));
        return true;
    }

    /** A result that needs no call. False if an earlier call was left out: so is this one then. */
    boolean addDone(T result) throws IOException, InterruptedException {
        makeRoom();
        if (ended) {
            return false;
        }
        pending.add(CompletableFuture.completedFuture(completed(result)));
        return true;
    }

    private Result<T> completed(@Nullable T result) {
        if (result != null) {
            completed.addAndGet(extent.size(result));
        }
        return new Result<>(result);
    }

    private void makeRoom() throws IOException, InterruptedException {
        while (!ended
                && !pending.isEmpty()
                && (pending.size() >= most || pending.getFirst().isDone())) {
            takeFirst();
        }
    }

    /** Waits for all calls, up to the first that is left out, and hands on their results. */
    void finish() throws IOException, InterruptedException {
        while (!ended && !pending.isEmpty()) {
            takeFirst();
        }
    }

    /**
     * Interrupts what is not done, and hands on the results that are there, up to the first that is not whole. For work that ends early:
     * nothing more is started after it.
     */
    void takeWhatIsDone() throws IOException, InterruptedException {
        ended = true;
        threads.shutdownNow();
        boolean isWhole = true;
        while (isWhole && !pending.isEmpty()) {
            Future<Result<T>> first = pending.removeFirst();
            awaitEnd(first);
            T result = first.state() == Future.State.SUCCESS ? first.resultNow().value() : null;
            if (result == null) {
                return;
            }
            isWhole = extent.isWhole(result);
            sink.take(result);
        }
    }

    private static void awaitEnd(Future<?> interrupted) throws InterruptedException {
        try {
            interrupted.get(END_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException withoutResult) {
            LOG.debug("a call gave nothing when it was interrupted", withoutResult);
        }
    }

    private void takeFirst() throws IOException, InterruptedException {
        int before = pending.size();
        while (!ended && pending.size() == before) {
            takeFirstWithin(TICK);
        }
    }

    private void takeFirstWithin(Duration time) throws IOException, InterruptedException {
        liveness.alive(completed.get());
        T result;
        try {
            result = pending.getFirst()
                    .get(time.toMillis(), TimeUnit.MILLISECONDS)
                    .value();
        } catch (TimeoutException notYet) {
            return;
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
        if (result == null) {
            ended = true;
            return;
        }
        pending.removeFirst();
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
