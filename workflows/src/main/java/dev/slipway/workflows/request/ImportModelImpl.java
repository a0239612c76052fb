package dev.slipway.workflows.request;

import dev.slipway.workflows.contract.request.ImportModel;
import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestResult;
import io.temporal.common.converter.RawValue;
import org.jspecify.annotations.Nullable;

/** {@link ImportModel}. */
public final class ImportModelImpl implements ImportModel {

    @Override
    public RequestResult importModel(@Nullable RawValue input, @Nullable RawValue more) {
        return new RequestRun(TYPE, RequestKind.IMPORT_MODEL).carryOut(input, more);
    }
}
