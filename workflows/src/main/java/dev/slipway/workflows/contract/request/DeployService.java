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
     * Ends with how the work ended, however that was; fails only where the request is refused. A cancellation ends the work first.
     *
     * @param input as it came: what a converter makes of it has lost keys that stand twice
     * @param more null, unless somebody gives a second input: that is refused
     */
    @WorkflowMethod(name = TYPE)
    RequestResult deployService(@Nullable RawValue input, @Nullable RawValue more);

    /** The work may stand otherwise now. */
    @SignalMethod
    void wake();
}
