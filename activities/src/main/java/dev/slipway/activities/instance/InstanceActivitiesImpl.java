package dev.slipway.activities.instance;

import dev.slipway.domain.instance.InstanceSetId;
import dev.slipway.domain.instance.InstanceSetStore.Row;
import dev.slipway.domain.pool.Admission;
import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceId;
import dev.slipway.domain.service.ServiceStore;
import dev.slipway.domain.service.Wanted;
import dev.slipway.workflows.contract.instance.Drain;
import dev.slipway.workflows.contract.instance.Ending;
import dev.slipway.workflows.contract.service.InstanceActivities;
import dev.slipway.workflows.contract.service.ServiceStep;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link InstanceActivities}. */
public final class InstanceActivitiesImpl implements InstanceActivities {

    private final ServiceStore services;
    private final ServiceInstances instances;
    private final Admission admission;
    private final SlotWaiters waiters;

    public InstanceActivitiesImpl(
            ServiceStore services, ServiceInstances instances, Admission admission, SlotWaiters waiters) {
        this.services = services;
        this.instances = instances;
        this.admission = admission;
        this.waiters = waiters;
    }

    @Override
    public Drain closeRoutes(ServiceStep step) {
        return services.change(id(step), transaction -> {
            Service service = transaction.service();
            if (!isUnwanted(service)) {
                return Drain.nothing(true);
            }
            transaction.routes().open(false);
            Map<InstanceSetId, Integer> none =
                    instances.of(service.id()).stream().collect(Collectors.toMap(Row::id, row -> 0));
            return instances.drain(transaction, step.workflow(), step.generation(), none, true);
        });
    }

    @Override
    public Ending end(ServiceStep step, Drain drain, Ending.WaitsFor waitsFor) {
        return instances.end(
                step.workflow(), id(step), step.generation(), drain, waitsFor, InstanceActivitiesImpl::isUnwanted);
    }

    @Override
    public void releaseSlots(ServiceStep step) {
        if (services.find(id(step)).filter(InstanceActivitiesImpl::isUnwanted).isPresent()) {
            waiters.wake(admission.releaseAll("service/" + step.serviceId() + "/"));
        }
    }

    private static boolean isUnwanted(Service service) {
        return service.wanted() != Wanted.RUNNING;
    }

    private static ServiceId id(ServiceStep step) {
        return new ServiceId(step.serviceId());
    }
}
