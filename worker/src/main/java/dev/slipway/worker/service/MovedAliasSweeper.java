package dev.slipway.worker.service;

import dev.slipway.domain.problem.Unavailable;
import dev.slipway.domain.service.ServiceCommands;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.worker.periodic.PeriodicTask;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells services of moved aliases that the command which moved them could not tell: their state allowed no update then, or its process
 * ended.
 */
public final class MovedAliasSweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MovedAliasSweeper.class);
    private static final Duration PACE = Duration.ofSeconds(2);
    private static final int LIMIT = 1_000;

    private final ServiceStore services;
    private final ServiceCommands commands;
    private final BooleanSupplier leads;
    private final PeriodicTask task;
    private @Nullable ServiceId last;

    /** @param leads whether this process is the leader now */
    public MovedAliasSweeper(ServiceStore services, ServiceCommands commands, BooleanSupplier leads) {
        this.services = services;
        this.commands = commands;
        this.leads = leads;
        this.task = new PeriodicTask("moved-alias-sweeper", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        if (!leads.getAsBoolean()) {
            last = null;
            return;
        }
        List<ServiceId> untold = services.withMovedAlias(last, LIMIT);
        untold.forEach(this::tell);
        last = untold.size() < LIMIT ? null : untold.getLast();
    }

    private void tell(ServiceId id) {
        try {
            commands.follow(id);
        } catch (Unavailable forAll) {
            throw forAll;
        } catch (RuntimeException failure) { // an edge: one service must not stop the others
            LOG.warn("could not tell service={} of a moved alias", id, failure);
        }
    }

    @Override
    public void close() {
        task.close();
    }
}
