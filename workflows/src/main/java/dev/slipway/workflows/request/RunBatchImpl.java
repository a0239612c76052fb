package dev.slipway.workflows.request;

import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.request.RunBatch;
import io.temporal.common.converter.RawValue;
import org.jspecify.annotations.Nullable;

/** {@link RunBatch}. */
public final class RunBatchImpl implements RunBatch {

    @Override
    public RequestResult runBatch(@Nullable RawValue input, @Nullable RawValue more) {
        return new RequestRun(TYPE, RequestKind.RUN_BATCH).carryOut(input, more);
    }
}
