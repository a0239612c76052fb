package dev.slipway.workflows.request;

import dev.slipway.workflows.contract.request.DeployService;
import dev.slipway.workflows.contract.request.RequestKind;
import dev.slipway.workflows.contract.request.RequestResult;
import io.temporal.common.converter.RawValue;
import org.jspecify.annotations.Nullable;

/** {@link DeployService}. */
public final class DeployServiceImpl implements DeployService {

    private final RequestRun run = new RequestRun(TYPE, RequestKind.DEPLOY_SERVICE);

    @Override
    public RequestResult deployService(@Nullable RawValue input, @Nullable RawValue more) {
        return run.carryOut(input, more);
    }

    @Override
    public void wake() {
        run.wake();
    }
}
