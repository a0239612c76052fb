package dev.slipway.workflows.contract.batch;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * One task of a batch service from its first instance to its manifest. Id: {@link BatchRun#workflowId()}; started as a child of the
 * service's workflow. May be started again at any time under the same id after its run was lost: it goes on with what is not done.
 * Cancelled, it finishes what it owes (seal, manifest) and <em>returns</em> a result with STOPPED; so cancel it with
 * WAIT_CANCELLATION_COMPLETED and a parent close policy of ABANDON.
 */
@WorkflowInterface
public interface BatchInference {
    /** Ends with a result whatever becomes of the job; throws only what is a bug. */
    @WorkflowMethod(name = "BatchInference")
    BatchResult run(BatchRun run);

    /** Places were granted. */
    @SignalMethod
    void poke();
}
