package dev.slipway.workflows.wake;

import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import io.temporal.workflow.ChildWorkflowOptions;

/** No child starts whose id was ever used: as where Temporal refuses to start it, for ever. */
final class NoSecondRun extends WorkerInterceptorBase {

    @Override
    public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
        return new WorkflowInboundCallsInterceptorBase(next) {
            @Override
            public void init(WorkflowOutboundCallsInterceptor outbound) {
                super.init(new WorkflowOutboundCallsInterceptorBase(outbound) {
                    @Override
                    public <R> ChildWorkflowOutput<R> executeChildWorkflow(ChildWorkflowInput<R> input) {
                        return super.executeChildWorkflow(new ChildWorkflowInput<>(
                                input.getWorkflowId(),
                                input.getWorkflowType(),
                                input.getResultClass(),
                                input.getResultType(),
                                input.getArgs(),
                                ChildWorkflowOptions.newBuilder(input.getOptions())
                                        .setWorkflowIdReusePolicy(
                                                WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
                                        .build(),
                                input.getHeader()));
                    }
                });
            }
        };
    }
}
