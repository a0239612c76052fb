package dev.slipway.activities.instance;

import dev.slipway.domain.instance.InstanceId;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.route.RouteRows;
import dev.slipway.domain.route.RouteTable;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.Wanted;
import dev.slipway.workflows.contract.instance.InstanceActivities;
import dev.slipway.workflows.contract.instance.Quiet;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** {@link InstanceActivities}. */
public final class InstanceActivitiesImpl implements InstanceActivities {

    private final ServiceStore services;
    private final ServiceInstances serviceInstances;
    private final LettingGo lettingGo;
    private final Admission admission;
    private final SlotWaiters wakes;
    private final Patience patience;

    public InstanceActivitiesImpl(
            ServiceStore services,
            ServiceInstances serviceInstances,
            LettingGo lettingGo,
            Admission admission,
            SlotWaiters wakes,
            Patience patience) {
        this.services = services;
        this.serviceInstances = serviceInstances;
        this.lettingGo = lettingGo;
        this.admission = admission;
        this.wakes = wakes;
        this.patience = patience;
    }

    @Override
    public Quiet closeRoutes(ServiceStep step) {
        ServiceId id = new ServiceId(step.serviceId());
        Duration drain = serviceInstances.of(id).stream()
                .map(row -> row.set().template().drain())
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        Set<InstanceId> leaving = services.change(id, transaction -> {
            Set<InstanceId> drained = new HashSet<>();
            if (transaction.service().wanted() != Wanted.RUNNING) {
                RouteTable routes = transaction.routes();
                routes.open(false);
                routes.rows().instances().stream()
                        .map(RouteRows.InstanceRow::id)
                        .forEach(instance -> {
                            routes.drain(instance);
                            drained.add(instance);
                        });
            }
            return drained;
        });
        return new Quiet(
                lettingGo.await(id, step.generation(), leaving, patience.now().plus(drain), () -> false));
    }

    @Override
    public void removeAll(ServiceStep step) {
        ServiceId id = new ServiceId(step.serviceId());
        boolean unwanted = services.find(id)
                .filter(service -> service.wanted() != Wanted.RUNNING)
                .isPresent();
        if (unwanted) {
            serviceInstances.removeAll(id);
            wakes.wake(admission.releaseAll("service/" + id + "/"));
        }
    }
}
