package dev.slipway.workflows.connection;

import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServicePoke;
import dev.slipway.domain.service.WorkflowLiveness;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;

/** Wakes the workflow of a service, or starts it from its row. Safe for use by many threads. */
public final class TemporalServicePoke implements ServicePoke, WorkflowLiveness {

    private static final String PREFIX = "service/";

    private final Pokes pokes;

    public TemporalServicePoke(Pokes pokes) {
        this.pokes = pokes;
    }

    @Override
    public void poke(Service service) {
        String id = service.id().value();
        pokes.poke(
                ServiceLifecycle.TYPE,
                ServiceLifecycle.id(id),
                "service %s (%s)".formatted(service.name(), service.inferType().wireName()),
                ServiceInput.of(id));
    }

    /** Wakes whoever waits for places, by the {@code wakes} of its claim; the workflow of a service passes it on. */
    public void wake(String wakes) {
        if (!wakes.startsWith(PREFIX)) {
            pokes.pokeRunning(wakes);
            return;
        }
        String id = wakes.substring(PREFIX.length());
        pokes.poke(ServiceLifecycle.TYPE, wakes, "service " + id, ServiceInput.of(id));
    }

    @Override
    public boolean isRunning(Service service) {
        return pokes.isRunning(ServiceLifecycle.id(service.id().value()));
    }
}
