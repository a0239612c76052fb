package dev.slipway.activities.batch;

import dev.slipway.domain.instance.Address;
import dev.slipway.domain.instance.Instance;
import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceState;
import dev.slipway.domain.instance.SetStatus;
import dev.slipway.instance.client.AnswerSink;
import dev.slipway.instance.client.InstanceClient;
import dev.slipway.instance.client.InstanceConnection;
import dev.slipway.instance.client.InstanceRequest;
import dev.slipway.instance.client.InstanceResponse;
import dev.slipway.instance.client.NoWholeAnswer;
import dev.slipway.instance.client.NoWholeAnswer.How;
import dev.slipway.instance.client.PipelinedConnection;
import dev.slipway.instance.client.RequestBlock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ready instances of a task and how many calls are open to each. All chunks of the task in this process share one. A permit is either
 * one of an instance's window, or the whole instance: a record that may be ending instances gets one alone, so that no other record is cut
 * with it. Permits are given in the order of turns, because only a beginning of a chunk's records can be committed.
 */
final class InstancePool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InstancePool.class);
    private static final Duration REFRESH = Duration.ofMillis(500);
    /** A rest of an instance ends without a signal. */
    private static final Duration NET = Duration.ofMillis(100);

    private static final long REST_NANOS = Duration.ofMillis(250).toNanos();
    private static final long IDLE_NANOS = Duration.ofSeconds(4).toNanos();
    private static final double SLOW_SECONDS = 0.5;

    /** A connection that is closed ends in no time. */
    private static final Duration END = Duration.ofSeconds(2);

    /** Blocks for one instance: while it works on one the next is there. */
    private static final int BLOCKS = 2;

    /** How long an instance should work on a block: long beside what a block costs, short beside all that waits for its end. */
    private static final double BLOCK_SECONDS = 0.05;

    private static final int FIRST_BLOCK = 4;
    private static final int LARGEST_BLOCK = 512;

    // Not the object's monitor: see docs/decisions/0020.
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PermitQueue waiting = new PermitQueue(lock);
    private final PermitQueue waitingAlone = new PermitQueue(lock);
    private final AtomicLong turns = new AtomicLong();

    private final TaskInstances instances;
    private final InstanceSetId set;
    private final BatchLimits limits;
    private final int window;
    private final InstanceClient client;
    private final Map<String, State> ready = new TreeMap<>();

    /** Those that hang, until they are gone: they get no more calls. */
    private final Set<InstanceId> hanging = new HashSet<>();

    /** Those of them whose replacement could not be written yet. */
    private final Set<InstanceId> unreplaced = new HashSet<>();

    private long lastReady = System.nanoTime();
    private boolean closed;

    /** An instance that answers. Guarded by the pool. */
    private static final class State {
        final InstanceId id;
        final Address address;
        final Deque<Idle> idle = new ArrayDeque<>();
        final Deque<PipelinedConnection> idlePipelines = new ArrayDeque<>();
        int open;
        boolean alone;
        long restsUntil = System.nanoTime();
        double seconds;
        boolean gone;

        /** When it last answered anything, of {@link System#nanoTime()}. */
        volatile long heard = System.nanoTime();

        State(InstanceId id, Address address) {
            this.id = id;
            this.address = address;
        }
    }

    /** An idle connection; common servers close it after 5 s. */
    private record Idle(InstanceConnection connection, long since) {
        boolean isUsable(long now) {
            return connection.isOpen() && now - since < IDLE_NANOS;
        }
    }

    /**
     * @param inBlocks whether permits are for blocks of records, which go to our own server
     * @param client is not closed
     */
    InstancePool(
            TaskInstances instances, InstanceSetId set, BatchLimits limits, boolean inBlocks, InstanceClient client) {
        this.window = inBlocks ? BLOCKS : limits.window();
        this.instances = instances;
        this.set = set;
        this.limits = limits;
        this.client = client;
        Thread.ofVirtual().name("batch-instances-" + set).start(this::follow);
    }

    private void follow() {
        while (true) {
            refreshOrLog();
            lock.lock();
            try {
                if (closed) {
                    return;
                }
                try {
                    changed.awaitNanos(REFRESH.toNanos());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void refreshOrLog() {
        try {
            refresh();
            for (InstanceId id : unreplaced()) {
                instances.replace(id);
                isReplaced(id);
            }
        } catch (Throwable e) {
            // The edge of the loop: the next round may succeed, and a job without instances has a time limit.
            LOG.warn("instances unknown or not replaced for now set={} reason={}", set, e.toString());
        }
    }

    private List<InstanceId> unreplaced() {
        lock.lock();
        try {
            return List.copyOf(unreplaced);
        } finally {
            lock.unlock();
        }
    }

    private void isReplaced(InstanceId id) {
        lock.lock();
        try {
            unreplaced.remove(id);
        } finally {
            lock.unlock();
        }
    }

    private void refresh() {
        SetStatus status = instances.status(set);
        Set<InstanceId> listed = status.instances().stream().map(Instance::id).collect(Collectors.toSet());
        lock.lock();
        try {
            hanging.retainAll(listed);
            unreplaced.retainAll(listed);
            Set<String> living = new HashSet<>();
            for (Instance instance : status.instances()) {
                Address address = instance.address();
                boolean isUsable = instance.state() == InstanceState.READY && !hanging.contains(instance.id());
                if (isUsable && address != null) {
                    String key = instance.id().toString();
                    living.add(key);
                    ready.computeIfAbsent(key, id -> new State(instance.id(), address));
                }
            }
            ready.values().removeIf(state -> !living.contains(state.id.toString()) && leave(state));
            if (!ready.isEmpty()) {
                lastReady = System.nanoTime();
            }
            callNext();
        } finally {
            lock.unlock();
        }
    }

    private static boolean leave(State state) {
        state.gone = true;
        state.idle.forEach(each -> each.connection().close());
        state.idle.clear();
        state.idlePipelines.forEach(PipelinedConnection::close);
        state.idlePipelines.clear();
        return true;
    }

    /** The next place in the order of permits: whoever has an earlier one gets its permit first, whenever it asks. */
    long turn() {
        return turns.incrementAndGet();
    }

    /**
     * Waits for a permit, the least busy instance first.
     *
     * @param turn of {@link #turn()}; each waits once at a time
     * @param alone whether the instance must have no other call while this permit is held
     * @throws NoInstances if none was ready for longer than the limit
     */
    Permit acquire(long turn, boolean alone) throws InterruptedException {
        return Objects.requireNonNull(acquire(turn, alone, null), "without a limit it waits");
    }

    /**
     * The same up to a time; null once that is up, also if an instance is free then.
     *
     * @param until of {@link System#nanoTime()}
     */
    @Nullable
    Permit acquireUntil(long until, long turn) throws InterruptedException {
        return acquire(turn, false, until);
    }

    private @Nullable Permit acquire(long turn, boolean alone, @Nullable Long until) throws InterruptedException {
        lock.lock();
        try {
            PermitQueue queue = alone ? waitingAlone : waiting;
            Condition called = queue.join(turn);
            try {
                while (true) {
                    long left = until == null ? Long.MAX_VALUE : until - System.nanoTime();
                    if (left <= 0) {
                        return null;
                    }
                    State state = queue.isFirst(turn) ? choose(alone) : null;
                    if (state != null) {
                        state.open++;
                        state.alone = alone;
                        return new Permit(state);
                    }
                    failIfTooLongWithout();
                    called.awaitNanos(Math.min(left, NET.toNanos()));
                }
            } finally {
                queue.leave(turn);
                callNext();
            }
        } finally {
            lock.unlock();
        }
    }

    private void callNext() {
        waitingAlone.callFirst();
        waiting.callFirst();
    }

    private void failIfTooLongWithout() {
        if (closed) {
            throw new NoInstances("the instances of '%s' are no longer needed".formatted(set));
        }
        if (ready.isEmpty()
                && System.nanoTime() - lastReady > limits.withoutInstances().toNanos()) {
            throw new NoInstances("no instance of '%s' was ready for %d s"
                    .formatted(set, limits.withoutInstances().toSeconds()));
        }
    }

    private @Nullable State choose(boolean alone) {
        long now = System.nanoTime();
        State best = null;
        State emptiest = null;
        for (State state : ready.values()) {
            if (state.restsUntil - now > 0 || state.alone) {
                continue;
            }
            if (emptiest == null || state.open < emptiest.open) {
                emptiest = state;
            }
        }
        for (State state : ready.values()) {
            boolean usable = state.restsUntil - now <= 0 && !state.alone && state.open < (alone ? 1 : window(state));
            // The least busy instance takes no new calls while a record waits to have it alone.
            boolean kept = !alone && waitingAlone.size() > 0 && state == emptiest;
            if (usable && !kept && (best == null || state.open < best.open)) {
                best = state;
            }
        }
        return best;
    }

    /** A slow instance gets few calls at once, because each of them delays the next. */
    private int window(State state) {
        return state.seconds > SLOW_SECONDS ? Math.min(2, window) : window;
    }

    /** How many records a block should have, by how long one takes: at least 1. */
    int blockSize() {
        lock.lock();
        try {
            double slowest = ready.values().stream()
                    .mapToDouble(state -> state.seconds)
                    .max()
                    .orElse(0);
            return slowest == 0 ? FIRST_BLOCK : (int) Math.clamp(BLOCK_SECONDS / slowest, 1, LARGEST_BLOCK);
        } finally {
            lock.unlock();
        }
    }

    /** Takes an instance that hangs out of use; the next round replaces it, and tries again until that is written. */
    private void replace(InstanceId id) {
        lock.lock();
        try {
            State state = ready.remove(id.toString());
            if (state == null) {
                return;
            }
            leave(state);
            hanging.add(id);
            unreplaced.add(id);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        LOG.warn("instance hangs and is replaced instance={}", id);
    }

    /** A permit to call an instance. Must be closed. */
    final class Permit implements AutoCloseable {
        private final State state;
        private final boolean alone;
        private final int others;

        private Permit(State state) {
            this.state = state;
            this.alone = state.alone;
            this.others = state.open - 1;
        }

        InstanceId instance() {
            return state.id;
        }

        /**
         * Calls the instance once. With the whole instance, over a new connection, so that a cut shows that the instance ended or refused.
         *
         * @param folder for an answer that is too long to wait in memory
         * @throws NoWholeAnswer if there was no complete answer
         * @throws AnswerTooLong if it is longer than the limit
         */
        ModelAnswer call(InstanceRequest request, Path folder) throws IOException, InterruptedException {
            Duration limit = limits.record().multipliedBy(others + 1L);
            long begun = System.nanoTime();
            try {
                ModelAnswer answer = callOnce(request, limit, alone ? null : idleConnection(), folder);
                learn((System.nanoTime() - begun) / 1e9);
                return answer;
            } catch (NoWholeAnswer e) {
                throw rested(e);
            }
        }

        /**
         * Sends a block of requests to an instance that runs our own server, and hands the answers to the sink. It returns once all are
         * answered or the instance is busy, see {@link RowAnswers#busyStatus}.
         *
         * @throws NoWholeAnswer of the first request without an answer
         * @throws AnswerTooLong of the first request without an answer
         * @throws InterruptedException the answers that had come are complete, and nobody adds to them any more
         */
        void exchange(RequestBlock block, RowAnswers answers) throws IOException, InterruptedException {
            long begun = System.nanoTime();
            int before = answers.answered();
            try {
                exchangeOnce(block, answers);
            } catch (NoWholeAnswer e) {
                throw rested(e);
            }
            int count = answers.answered() - before;
            if (count > 0) {
                learn((System.nanoTime() - begun) / 1e9 / count);
            }
        }

        private void exchangeOnce(RequestBlock block, RowAnswers answers) throws IOException, InterruptedException {
            PipelinedConnection kept = idlePipeline();
            PipelinedConnection connection =
                    kept == null ? awaited(client.connectPipelined(state.id, state.address)) : kept;
            boolean keep = false;
            try {
                CompletableFuture<@Nullable Void> exchange =
                        connection.exchange(block, new Heard(answers), limits.record(), () -> state.heard);
                try {
                    result(exchange);
                } catch (InterruptedException e) {
                    connection.close();
                    waitForEnd(exchange);
                    throw e;
                }
                keep = true;
            } finally {
                giveBack(connection, keep);
            }
        }

        /** After that the thread of the connection does not use the sink any more. */
        private static void waitForEnd(CompletableFuture<?> exchange) throws IOException, InterruptedException {
            try {
                exchange.handle((done, failure) -> done).get(END.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("a connection to an instance does not close", e);
            }
        }

        /** Notes when the instance answers. */
        private final class Heard implements AnswerSink {
            private final AnswerSink sink;

            Heard(AnswerSink sink) {
                this.sink = sink;
            }

            @Override
            public void begin(Head head) throws IOException {
                sink.begin(head);
            }

            @Override
            public void body(byte[] bytes, int from, int to) throws IOException {
                sink.body(bytes, from, to);
            }

            @Override
            public boolean end() throws IOException {
                state.heard = System.nanoTime();
                return sink.end();
            }
        }

        private @Nullable PipelinedConnection idlePipeline() {
            lock.lock();
            try {
                for (PipelinedConnection idle; (idle = state.idlePipelines.poll()) != null; idle.close()) {
                    if (idle.isOpen()) {
                        return idle;
                    }
                }
                return null;
            } finally {
                lock.unlock();
            }
        }

        private void giveBack(PipelinedConnection connection, boolean keep) {
            lock.lock();
            try {
                if (keep && connection.isOpen() && !state.gone && !closed) {
                    state.idlePipelines.push(connection);
                    return;
                }
            } finally {
                lock.unlock();
            }
            connection.close();
        }

        private ModelAnswer callOnce(
                InstanceRequest request, Duration limit, @Nullable InstanceConnection kept, Path folder)
                throws IOException, InterruptedException {
            InstanceConnection connection = kept == null ? awaited(client.connect(state.id, state.address)) : kept;
            boolean keep = false;
            try (InstanceResponse response = awaited(connection.send(request, limit))) {
                ModelAnswer answer = ModelAnswer.read(connection, response, limits.longestAnswer(), folder);
                keep = true;
                return answer;
            } finally {
                giveBack(connection, keep);
            }
        }

        private static <T> T awaited(CompletableFuture<T> future) throws IOException, InterruptedException {
            try {
                return result(future);
            } catch (InterruptedException e) {
                future.cancel(false);
                throw e;
            }
        }

        private static <T extends @Nullable Object> T result(CompletableFuture<T> future)
                throws IOException, InterruptedException {
            try {
                return future.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException known) {
                    throw known;
                }
                throw new IOException(e);
            }
        }

        private @Nullable InstanceConnection idleConnection() {
            long now = System.nanoTime();
            lock.lock();
            try {
                for (Idle idle;
                        (idle = state.idle.poll()) != null;
                        idle.connection().close()) {
                    if (idle.isUsable(now)) {
                        return idle.connection();
                    }
                }
                return null;
            } finally {
                lock.unlock();
            }
        }

        private void giveBack(InstanceConnection connection, boolean keep) {
            lock.lock();
            try {
                if (keep && connection.isOpen() && !state.gone && !closed) {
                    state.idle.push(new Idle(connection, System.nanoTime()));
                    return;
                }
            } finally {
                lock.unlock();
            }
            connection.close();
        }

        /** Pauses calls to the instance, and replaces one that hangs. */
        private NoWholeAnswer rested(NoWholeAnswer e) {
            lock.lock();
            try {
                state.restsUntil = System.nanoTime() + REST_NANOS;
            } finally {
                lock.unlock();
            }
            if (e.how() == How.TIMED_OUT) {
                replace(state.id);
            }
            return e;
        }

        /** @param seconds that a record took */
        private void learn(double seconds) {
            lock.lock();
            try {
                double each = seconds / (others + 1);
                state.seconds = state.seconds == 0 ? each : 0.8 * state.seconds + 0.2 * each;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                state.open--;
                state.alone = false;
                callNext();
            } finally {
                lock.unlock();
            }
        }
    }

    /** How many instances are known to answer. */
    int ready() {
        lock.lock();
        try {
            return ready.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for a permit, but not for an instance alone. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for an instance alone. */
    int waitingAlone() {
        lock.lock();
        try {
            return waitingAlone.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            ready.values().forEach(InstancePool::leave);
            ready.clear();
            changed.signalAll();
            waiting.callAll();
            waitingAlone.callAll();
        } finally {
            lock.unlock();
        }
    }
}
