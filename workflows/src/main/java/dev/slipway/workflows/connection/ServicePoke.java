package dev.slipway.workflows.connection;

import dev.slipway.domain.service.ServiceId;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;

/** Wakes the workflow of a service, or starts it from its row. Safe for use by many threads. */
public final class ServicePoke {

    private final Pokes pokes;

    public ServicePoke(Pokes pokes) {
        this.pokes = pokes;
    }

    /** @throws dev.slipway.domain.problem.Unavailable if Temporal does not answer: the sweeper makes up for it */
    public void poke(ServiceId id) {
        pokes.poke(
                ServiceLifecycle.TYPE, ServiceLifecycle.id(id.value()), "service " + id, ServiceInput.of(id.value()));
    }

    /** Whether its workflow lives. */
    public boolean isRunning(ServiceId id) {
        return pokes.isRunning(ServiceLifecycle.id(id.value()));
    }
}
