package dev.slipway.workflows.contract.request;

import io.temporal.common.converter.RawValue;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/**
 * Imports a model. Started by users: in the Temporal UI, by the {@code temporal} command,
 * or by a Schedule. Its one input is a JSON object, the body of create-model, with the optional field {@code project}
 * beside it.
 */
@WorkflowInterface
public interface ImportModel {

    /** The type as Temporal knows it. */
    String TYPE = "ImportModel";

    /**
     * Returns how the work ended, also if that failed. Fails only if the request is refused. A cancellation ends the work first.
     *
     * @param input unconverted, because a converter drops repeated keys
     * @param more null, or an {@link AcceptedRequest} in a run that continues another; any other second input is refused
     */
    @WorkflowMethod(name = TYPE)
    RequestResult importModel(@Nullable RawValue input, @Nullable RawValue more);

    /** The state of the work may have changed. */
    @SignalMethod
    void wake();
}
