package dev.slipway.worker.service;

import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.worker.periodic.PeriodicTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops services whose auto-stop is due, by the same command as a user. Their workflows do so too, and the first of the two takes effect,
 * so that the stop is in time even if no workflow runs. It has a thread of its own, so that nothing that waits for Temporal can delay it.
 */
public final class AutoStopSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AutoStopSweeper.class);
    private static final Duration PACE = Duration.ofMillis(500);
    private static final int LIMIT = 1_000;

    private final ServiceStore services;
    private final ServiceCommands commands;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final PeriodicTask task;
    private @Nullable ServiceId last;

    /** @param leads whether this process is the leader now */
    public AutoStopSweeper(ServiceStore services, ServiceCommands commands, BooleanSupplier leads, Clock clock) {
        this.services = services;
        this.commands = commands;
        this.leads = leads;
        this.clock = clock;
        this.task = new PeriodicTask("auto-stop-sweeper", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        if (!leads.getAsBoolean()) {
            last = null;
            return;
        }
        // A page each round: those behind many that cannot be stopped have their turn too.
        List<ServiceId> due = services.dueAt(clock.instant(), last, LIMIT);
        due.forEach(this::stop);
        last = due.size() < LIMIT ? null : due.getLast();
    }

    private void stop(ServiceId id) {
        try {
            services.find(id).ifPresent(service -> {
                Instant due = service.dueAt();
                if (due != null) {
                    commands.stopWhenDue(id, due);
                    LOG.info("auto-stop service={} due={}", id, due);
                }
            });
        } catch (Unavailable forAll) {
            throw forAll;
        } catch (RuntimeException failure) { // an edge: one service must not stop the others
            LOG.warn("could not stop service={} though it is due", id, failure);
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
