package dev.slipway.workflows.wake;

import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import io.temporal.workflow.ChildWorkflowOptions;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Children start with other options than the workflow has set. */
final class ChangedChildren extends WorkerInterceptorBase {

    private final UnaryOperator<ChildWorkflowOptions.Builder> change;

    private ChangedChildren(UnaryOperator<ChildWorkflowOptions.Builder> change) {
        this.change = change;
    }

    /** No child starts whose id was ever used: as where Temporal refuses to start it, for ever. */
    static ChangedChildren neverTwice() {
        return new ChangedChildren(options ->
                options.setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE));
    }

    /** The server ends each child after that time, in the middle of its work. The test server tells no parent of a termination. */
    static ChangedChildren endedAfter(Duration time) {
        return new ChangedChildren(options -> options.setWorkflowRunTimeout(time));
    }

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
                                change.apply(ChildWorkflowOptions.newBuilder(input.getOptions()))
                                        .build(),
                                input.getHeader()));
                    }
                });
            }
        };
    }
}
