package dev.slipway.worker;

import dev.slipway.activities.failure.FailureInterceptor;
import dev.slipway.activities.failure.UnknownSteps;
import io.temporal.client.WorkflowClient;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Temporal workers of this process, one for each queue. {@link #close} stops polling, lets running activities finish or reach their
 * next heartbeat, and waits for them, which the SDK's own shutdown does not do.
 */
final class TemporalWorkers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TemporalWorkers.class);

    private final WorkerFactory factory;
    private final WorkflowTasks tasks;
    private final Map<String, Worker> workers = new LinkedHashMap<>();
    private final Duration drain;

    /** @param drain how long {@link #close} waits before it interrupts what still runs */
    TemporalWorkers(WorkflowClient client, FailureInterceptor interceptor, WorkflowTasks tasks, Duration drain) {
        this.tasks = tasks;
        this.drain = drain;
        this.factory = WorkerFactory.newInstance(
                client,
                WorkerFactoryOptions.newBuilder()
                        .setUsingVirtualWorkflowThreads(true)
                        .setWorkerInterceptors(interceptor)
                        .setWorkflowCacheSize(200)
                        .build());
    }

    /** Adds a worker of the queue with that many activity slots. Called once for each queue, before {@link #start}. */
    TemporalWorkers queue(String name, int activitySlots) {
        workers.put(
                name,
                factory.newWorker(
                        name,
                        WorkerOptions.newBuilder()
                                .setMaxConcurrentActivityExecutionSize(activitySlots)
                                .setUsingVirtualThreadsOnActivityWorker(true)
                                .setDefaultDeadlockDetectionTimeout(
                                        tasks.deadlock().toMillis())
                                // So long a task waits for a worker that was killed before another one gets it.
                                .setStickyQueueScheduleToStartTimeout(Duration.ofSeconds(2))
                                // A cancellation reaches an activity with the answer to a heartbeat.
                                .setMaxHeartbeatThrottleInterval(Duration.ofSeconds(1))
                                .build()));
        return this;
    }

    /** A workflow of any other type ends as failed. */
    TemporalWorkers workflows(String queue, Class<?>... implementations) {
        worker(queue).registerWorkflowImplementationTypes(implementations);
        worker(queue).registerWorkflowImplementationTypes(UnknownWorkflow.class);
        return this;
    }

    /** Called once for each queue. Steps that are none of these are told of and tried again. */
    TemporalWorkers activities(String queue, Object... implementations) {
        worker(queue).registerActivitiesImplementations(implementations);
        worker(queue).registerActivitiesImplementations(new UnknownSteps());
        return this;
    }

    /** @param queue of workflows: what runs them is loaded before the first one is asked for */
    void start(String queue) {
        if (tasks.warmedUp()) {
            WarmUp.of(worker(queue));
        }
        factory.start();
        LOG.info("workers started queues={}", workers.keySet());
    }

    private Worker worker(String queue) {
        Worker worker = workers.get(queue);
        if (worker == null) {
            throw new IllegalArgumentException("queue '%s' has no worker".formatted(queue));
        }
        return worker;
    }

    @Override
    public void close() {
        factory.shutdown();
        factory.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS);
        if (!factory.isTerminated()) {
            factory.shutdownNow();
            factory.awaitTermination(drain.toMillis(), TimeUnit.MILLISECONDS);
        }
        LOG.info("workers stopped");
    }
}
