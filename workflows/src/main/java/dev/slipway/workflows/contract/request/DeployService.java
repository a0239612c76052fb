package dev.slipway.workflows.contract.request;

import io.temporal.common.converter.RawValue;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/**
 * Deploys a real-time service. Started by users: in the Temporal UI, by the {@code temporal} command,
 * or by a Schedule. Its one input is a JSON object, the body of create-service with infer_type real-time, with the optional field {@code project}
 * beside it.
 */
@WorkflowInterface
public interface DeployService {

    /** The type as Temporal knows it. */
    String TYPE = "DeployService";

    /**
     * Returns how the work ended, also if that failed. Fails only if the request is refused. A cancellation ends the work first.
     *
     * @param input unconverted, because a converter drops repeated keys
     * @param more null, or an {@link AcceptedRequest} in a run that continues another; any other second input is refused
     */
    @WorkflowMethod(name = TYPE)
    RequestResult deployService(@Nullable RawValue input, @Nullable RawValue more);

    /** The state of the work may have changed. */
    @SignalMethod
    void wake();
}
