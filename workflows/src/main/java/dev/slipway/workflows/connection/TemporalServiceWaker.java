package dev.slipway.workflows.connection;

import dev.slipway.domain.service.Service;
import dev.slipway.domain.service.ServiceWaker;
import dev.slipway.domain.service.WorkflowLiveness;
import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.service.ServiceInput;
import dev.slipway.workflows.contract.service.ServiceLifecycle;
import java.util.Map;

/** Wakes the workflow of a service, or starts it from its row. Safe for use by many threads. */
public final class TemporalServiceWaker implements ServiceWaker, WorkflowLiveness {

    private final WorkflowSignals signals;

    public TemporalServiceWaker(WorkflowSignals signals) {
        this.signals = signals;
    }

    @Override
    public void wake(Service service) {
        String id = service.id().value();
        signals.wake(
                ServiceLifecycle.TYPE,
                WorkflowIds.service(service.name(), id),
                "service %s (%s)".formatted(service.name(), service.inferType().wireName()),
                Map.of("name", service.name(), "service", id),
                ServiceInput.of(id));
    }

    /** Wakes the workflow that waits for slots, named by the {@code wakes} of its claim. The workflow of a service passes the signal on. */
    public void wake(String wakes) {
        WorkflowIds.lifecycleOf(wakes)
                .ifPresentOrElse(
                        id -> signals.wake(
                                ServiceLifecycle.TYPE,
                                wakes,
                                "service " + id,
                                Map.of("service", id),
                                ServiceInput.of(id)),
                        () -> signals.wakeRunning(wakes));
    }

    @Override
    public boolean isRunning(Service service) {
        return signals.isRunning(
                WorkflowIds.service(service.name(), service.id().value()));
    }
}
