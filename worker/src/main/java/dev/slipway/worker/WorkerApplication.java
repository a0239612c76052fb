package dev.slipway.worker;

import dev.slipway.adapters.postgres.Database;
import dev.slipway.workflows.connection.Pokes;
import dev.slipway.workflows.connection.TemporalConnection;
import dev.slipway.workflows.contract.Queues;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker, wired by hand: what it is made of can be read here from top to bottom. {@link #start} returns when it polls;
 * {@link #close} ends it in the reverse order and leaves instances serving.
 */
public final class WorkerApplication implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerApplication.class);
    private static final Duration DRAIN = Duration.ofSeconds(20);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private WorkerApplication() {}

    public static WorkerApplication start(WorkerProperties properties) {
        WorkerApplication application = new WorkerApplication();
        try {
            application.wire(properties, Clock.systemUTC());
            return application;
        } catch (RuntimeException e) {
            application.close();
            throw e;
        }
    }

    private void wire(WorkerProperties properties, Clock clock) {
        Database database = open(Database.open(properties.database()));
        database.migrate();
        TemporalConnection temporal = open(TemporalConnection.open(properties.temporal(), "worker"));
        Pokes pokes = new Pokes(temporal.client());
        LOG.debug("wired at={} pokes={}", clock.instant(), pokes);

        TemporalWorkers workers = open(new TemporalWorkers(temporal.client(), DRAIN)
                .queue(Queues.CONTROL, 50)
                .queue(Queues.BUILD, 2)
                .queue(Queues.CLUSTER, 100)
                .queue(Queues.BATCH, 16));
        workers.start();
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) { // an edge: one part that does not close must not keep the others open
                LOG.warn("could not close part={}", part.getClass().getSimpleName(), e);
            }
        }
    }
}
