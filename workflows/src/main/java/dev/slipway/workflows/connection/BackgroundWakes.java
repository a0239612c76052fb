package dev.slipway.workflows.connection;

import dev.slipway.domain.model.ModelWaker;
import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.ServiceWaker;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes workflows in the background, so that a command answers just as quickly while Temporal is unavailable. A wake that fails, or that
 * comes while {@value #MOST} others are in progress, is dropped; a sweeper repeats it later. Safe for use by many threads.
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
        try {
            threads.execute(() -> wakeNow(whom, wake));
        } catch (RejectedExecutionException closed) {
            free.release();
        }
    }

    private void wakeNow(String whom, Runnable wake) {
        try {
            wake.run();
        } catch (Unavailable later) {
            LOG.info("not woken whom={} reason={}", whom, later.getMessage());
        } catch (RuntimeException failure) { // a sweeper wakes it again later
            LOG.warn("not woken whom={}", whom, failure);
        } finally {
            free.release();
        }
    }

    /** As {@code waker}, but in the background. */
    public ServiceWaker ofServices(ServiceWaker waker) {
        return service -> run("service/" + service.id(), () -> waker.wake(service));
    }

    /** As {@code waker}, but in the background. */
    public ModelWaker ofModels(ModelWaker waker) {
        return model -> run("model/" + model.id(), () -> waker.wake(model));
    }

    /** Drops wakes in progress and all later ones. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
