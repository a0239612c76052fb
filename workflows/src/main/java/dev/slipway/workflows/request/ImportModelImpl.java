package dev.slipway.workflows.request;

import dev.slipway.workflows.contract.request.ImportModel;
import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestResult;
import io.temporal.common.converter.RawValue;
import org.jspecify.annotations.Nullable;

/** {@link ImportModel}. */
public final class ImportModelImpl implements ImportModel {

    private final RequestRun run = new RequestRun(TYPE, RequestKind.IMPORT_MODEL);

    @Override
    public RequestResult importModel(@Nullable RawValue input, @Nullable RawValue more) {
        return run.carryOut(input, more);
    }

    @Override
    public void wake() {
        run.wake();
    }
}
