package dev.slipway.api.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.coyote.Processor;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections whose request's head is not complete in time, from its first byte on. Tomcat alone limits only the silence between two
 * bytes, so that a client that sends one byte now and then would keep its connection for hours.
 */
final class HeadWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeadWatch.class);
    private static final int CHECKS_PER_LIMIT = 20;

    private final Supplier<Set<? extends SocketWrapperBase<?>>> connections;
    private final long limitNanos;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("slipway-api-heads").daemon().factory());
    private Map<SocketWrapperBase<?>, Head> unfinished = new HashMap<>();

    /** A head that is not complete, as seen first. The start tells it from the next one on its connection. */
    private record Head(long start, long seen) {}

    private HeadWatch(Supplier<Set<? extends SocketWrapperBase<?>>> connections, Duration limit) {
        this.connections = connections;
        this.limitNanos = limit.toNanos();
    }

    static HeadWatch start(Supplier<Set<? extends SocketWrapperBase<?>>> connections, Duration limit) {
        HeadWatch watch = new HeadWatch(connections, limit);
        long every = watch.limitNanos / CHECKS_PER_LIMIT;
        var unused = watch.thread.scheduleWithFixedDelay(watch::check, every, every, TimeUnit.NANOSECONDS);
        return watch;
    }

    private void check() {
        try {
            closeLateOnes(System.nanoTime());
        } catch (RuntimeException e) {
            // The edge of the loop: an executor ends a task that fails.
            LOG.error("heads of requests could not be checked", e);
        }
    }

    private void closeLateOnes(long now) {
        Map<SocketWrapperBase<?>, Head> still = new HashMap<>();
        for (SocketWrapperBase<?> connection : connections.get()) {
            // Between two reads a connection has a processor only while a head is incomplete or an answer is
            // asynchronous.
            if (!(connection.getCurrentProcessor() instanceof Processor processor) || processor.isAsync()) {
                continue;
            }
            long start = processor.getRequest().getStartTimeNanos();
            Head known = unfinished.get(connection);
            Head head = known != null && known.start == start ? known : new Head(start, now);
            if (now - head.seen > limitNanos) {
                connection.close();
            } else {
                still.put(connection, head);
            }
        }
        unfinished = still;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
