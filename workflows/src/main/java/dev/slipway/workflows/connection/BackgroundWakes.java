package dev.slipway.workflows.connection;

import dev.slipway.domain.model.ModelWaker;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.ServiceWaker;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes workflows off the caller's time: with Temporal away a command answers as quickly as with it. A wake that fails, or that comes
 * while {@value #MOST} others are under way, is dropped: whoever sweeps makes up for it. Safe for use by many threads.
 */
public final class BackgroundWakes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundWakes.class);
    private static final int MOST = 500;

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("wake-", 0).factory());
    private final Semaphore free = new Semaphore(MOST);

    /**
     * Wakes soon. Never blocks.
     *
     * @param whom for the log
     */
    public void run(String whom, Runnable wake) {
        if (!free.tryAcquire()) {
            LOG.warn("not woken whom={}, {} wakes are under way", whom, MOST);
            return;
        }
        threads.execute(() -> {
            try {
                wake.run();
            } catch (Unavailable later) {
                LOG.info("not woken whom={} reason={}", whom, later.getMessage());
            } catch (RuntimeException failure) { // an edge: whoever sweeps wakes again
                LOG.warn("not woken whom={}", whom, failure);
            } finally {
                free.release();
            }
        });
    }

    /** As {@code waker}, but off the caller's time. */
    public ServiceWaker ofServices(ServiceWaker waker) {
        return service -> run("service/" + service.id(), () -> waker.wake(service));
    }

    /** As {@code waker}, but off the caller's time. */
    public ModelWaker ofModels(ModelWaker waker) {
        return model -> run("model/" + model.id(), () -> waker.wake(model));
    }

    /** Drops what is under way. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
