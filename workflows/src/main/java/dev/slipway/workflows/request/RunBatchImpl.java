package dev.slipway.workflows.request;

import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestResult;
import dev.slipway.workflows.contract.request.RunBatch;
import io.temporal.common.converter.RawValue;
import org.jspecify.annotations.Nullable;

/** {@link RunBatch}. */
public final class RunBatchImpl implements RunBatch {

    private final RequestRun run = new RequestRun(TYPE, RequestKind.RUN_BATCH);

    @Override
    public RequestResult runBatch(@Nullable RawValue input, @Nullable RawValue more) {
        return run.carryOut(input, more);
    }

    @Override
    public void wake() {
        run.wake();
    }
}
