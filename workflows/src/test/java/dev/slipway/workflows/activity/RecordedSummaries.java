package dev.slipway.workflows.activity;

import io.temporal.common.interceptors.WorkerInterceptorBase;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowInboundCallsInterceptorBase;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptor;
import io.temporal.common.interceptors.WorkflowOutboundCallsInterceptorBase;
import io.temporal.worker.WorkerFactoryOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What the workflows of an environment schedule, with the summaries that the Temporal UI shows. */
public final class RecordedSummaries extends WorkerInterceptorBase {

    private final Map<String, String> summaries = new ConcurrentSkipListMap<>();

    /** The summary of each type of activity that was scheduled; empty for one without. */
    public Map<String, String> summaries() {
        return summaries;
    }

    /** For the environment. */
    public WorkerFactoryOptions options() {
        return WorkerFactoryOptions.newBuilder().setWorkerInterceptors(this).build();
    }

    @Override
    public WorkflowInboundCallsInterceptor interceptWorkflow(WorkflowInboundCallsInterceptor next) {
        return new WorkflowInboundCallsInterceptorBase(next) {
            @Override
            public void init(WorkflowOutboundCallsInterceptor outbound) {
                super.init(new Outbound(outbound));
            }
        };
    }

    private final class Outbound extends WorkflowOutboundCallsInterceptorBase {

        Outbound(WorkflowOutboundCallsInterceptor next) {
            super(next);
        }

        @Override
        public <R> ActivityOutput<R> executeActivity(ActivityInput<R> input) {
            String summary = input.getOptions().getSummary();
            summaries.put(input.getActivityName(), summary == null ? "" : summary);
            return super.executeActivity(input);
        }
    }
}
