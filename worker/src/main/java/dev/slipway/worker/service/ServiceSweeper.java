package dev.slipway.worker.service;

import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.ServiceWaker;
import dev.slipway.domain.service.WorkflowLiveness;
import dev.slipway.worker.periodic.PeriodicTask;
import dev.slipway.worker.sweep.Sweep;
import dev.slipway.worker.sweep.SweptRows;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Sweeps the rows of services, see {@link Sweep}. */
public final class ServiceSweeper implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(500);

    private final Sweep<Service> sweep;
    private final PeriodicTask task;

    /** @param leads whether this process is the leader now */
    public ServiceSweeper(
            ServiceStore services, ServiceWaker wake, WorkflowLiveness liveness, BooleanSupplier leads, Clock clock) {
        this.sweep = new Sweep<>(new SweptServices(services, wake, liveness), leads, clock);
        this.task = new PeriodicTask("service-sweeper", PACE, this::round);
    }

    public void start() {
        task.start();
    }

    void round() {
        sweep.round();
    }

    @Override
    public void close() {
        task.close();
    }

    private record SweptServices(ServiceStore services, ServiceWaker signals, WorkflowLiveness liveness)
            implements SweptRows<Service> {

        @Override
        public String key(Service service) {
            return "service/%s/g%d".formatted(service.id(), service.numbers().generation());
        }

        @Override
        public List<Service> untakenSince(Instant before, @Nullable Service after, int limit) {
            return services.untakenSince(before, after == null ? null : after.id(), limit);
        }

        @Override
        public List<Service> unfinished(@Nullable Service after, int limit) {
            return services.unsettled(after == null ? null : after.id(), limit);
        }

        @Override
        public Optional<Service> again(Service service) {
            return services.find(service.id()).filter(now -> !now.isSettled());
        }

        @Override
        public void wake(Service service) {
            signals.wake(service);
        }

        @Override
        public boolean isRunning(Service service) {
            return liveness.isRunning(service);
        }
    }
}
