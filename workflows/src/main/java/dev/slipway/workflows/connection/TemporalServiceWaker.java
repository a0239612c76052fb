package dev.slipway.workflows.connection;

import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceWaker;
import dev.slipway.domain.service.WorkflowLiveness;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;

/** Wakes the workflow of a service, or starts it from its row. Safe for use by many threads. */
public final class TemporalServiceWaker implements ServiceWaker, WorkflowLiveness {

    private static final String PREFIX = "service/";

    private final WorkflowSignals signals;

    public TemporalServiceWaker(WorkflowSignals signals) {
        this.signals = signals;
    }

    @Override
    public void wake(Service service) {
        String id = service.id().value();
        signals.wake(
                ServiceLifecycle.TYPE,
                ServiceLifecycle.id(id),
                "service %s (%s)".formatted(service.name(), service.inferType().wireName()),
                ServiceInput.of(id));
    }

    /** Wakes the workflow that waits for slots, named by the {@code wakes} of its claim. The workflow of a service passes the signal on. */
    public void wake(String wakes) {
        if (!wakes.startsWith(PREFIX) || wakes.indexOf('/', PREFIX.length()) > 0) {
            signals.wakeRunning(wakes);
            return;
        }
        String id = wakes.substring(PREFIX.length());
        signals.wake(ServiceLifecycle.TYPE, wakes, "service " + id, ServiceInput.of(id));
    }

    @Override
    public boolean isRunning(Service service) {
        return signals.isRunning(ServiceLifecycle.id(service.id().value()));
    }
}
