package dev.slipway.workflows.contract.service;

import dev.slipway.domain.workflow.WorkflowIds;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Workflow {@link WorkflowIds#service}: from the first command to the deletion of a service. */
@WorkflowInterface
public interface ServiceLifecycle {

    /** The type as Temporal knows it. */
    String TYPE = "ServiceLifecycle";

    /** Returns once the service is deleted. Fails if there is no such service, or if it has another id. */
    @WorkflowMethod
    void live(ServiceInput input);

    /** The row or something that it waits for may have changed. */
    @SignalMethod
    void wake();
}
