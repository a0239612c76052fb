package dev.slipway.workflows.contract.batch;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * One task of a batch service from its first instance to its manifest. Id: {@link BatchRun#workflowId()}; started as a child of the
 * service's workflow. May be started again at any time under the same id after its run was lost: it goes on with what is not done.
 * Cancelled, it does what it owes (seal, manifest, instances, slots), then ends as cancelled, without a result: the SDK has it so. So
 * cancel it with WAIT_CANCELLATION_COMPLETED and a parent close policy of ABANDON, and start it again to hear how the task has ended.
 */
@WorkflowInterface
public interface BatchInference {
    /** Ends with a result whatever becomes of the job, unless it is cancelled; throws only what is a bug. */
    @WorkflowMethod(name = "BatchInference")
    BatchResult run(BatchRun run);

    /** Slots were granted. */
    @SignalMethod
    void wake();
}
