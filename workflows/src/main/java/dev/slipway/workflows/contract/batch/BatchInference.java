package dev.slipway.workflows.contract.batch;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * One task of a batch service from its first instance to its manifest. Id: {@link BatchRun#workflowId()}; started as a child of the
 * service's workflow. May be started again at any time under the same id after its run was lost: it goes on with what is not done. When it
 * is cancelled it still cleans up (seal, manifest, instances, slots) and then ends as cancelled, without a result, as the SDK requires. So
 * cancel it with WAIT_CANCELLATION_COMPLETED and a parent close policy of ABANDON, and start it again to learn how the task ended.
 */
@WorkflowInterface
public interface BatchInference {
    /** Ends with a result however the job ends, unless it is cancelled. Fails only because of a bug. */
    @WorkflowMethod(name = "BatchInference")
    BatchResult run(BatchRun run);

    /** Something that it waits for may be so: slots, instances, or what a user asked by the API. */
    @SignalMethod
    void wake();

    /** As the command of the API of that name: it rests at the next record boundary, without instances and slots. */
    @SignalMethod(
            description =
                    "Rests at the next record boundary: what is being answered is kept, instances end, slots are given back. For as long as you like; 'resume' goes on.")
    void pause();

    /** As the command of the API of that name: it goes on with what is not done. */
    @SignalMethod(description = "Goes on after a pause with the records that have no outcome.")
    void resume();
}
