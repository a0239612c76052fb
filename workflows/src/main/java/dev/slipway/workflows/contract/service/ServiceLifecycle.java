package dev.slipway.workflows.contract.service;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** Workflow {@code service/<serviceId>}: from the first command to the deletion of a service. */
@WorkflowInterface
public interface ServiceLifecycle {

    /** The type as Temporal knows it. */
    String TYPE = "ServiceLifecycle";

    /** The workflow id of a service. */
    static String id(String serviceId) {
        return "service/" + serviceId;
    }

    /** Returns once the service is deleted. Fails if there is no such service, or if it has another id than {@link #id}. */
    @WorkflowMethod
    void live(ServiceInput input);

    /** The row or something that it waits for may have changed. */
    @SignalMethod
    void wake();
}
