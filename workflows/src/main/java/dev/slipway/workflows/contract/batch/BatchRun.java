package dev.slipway.workflows.contract.batch;

import dev.slipway.domain.workflow.WorkflowIds;
import dev.slipway.workflows.contract.WorkflowInput;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which run of which batch service. Everything else is in rows.
 *
 * @param name of the service
 * @param attempt 1, and one more at each restart of the same task by a user
 * @param waiting what an earlier run of the workflow was waiting for; null if it was not, or in the first run
 */
public record BatchRun(
        String serviceId,
        String name,
        String taskId,
        int attempt,
        @Nullable Waiting waiting) implements WorkflowInput {

    public BatchRun {
        WorkflowInput.text("serviceId", serviceId);
        WorkflowInput.text("name", name);
        WorkflowInput.text("taskId", taskId);
        WorkflowInput.atLeastOne("attempt", attempt);
    }

    /** Of the first run. */
    public BatchRun(String serviceId, String name, String taskId, int attempt) {
        this(serviceId, name, taskId, attempt, null);
    }

    /**
     * A wait that continues in a new run.
     *
     * @param isForSlots whether for slots; otherwise for an instance that is ready
     */
    public record Waiting(boolean isForSlots, Instant since) {}

    /** The same in a run that continues this one. */
    public BatchRun waiting(boolean isForSlots, Instant since) {
        return new BatchRun(serviceId, name, taskId, attempt, new Waiting(isForSlots, since));
    }

    /** The same without what a run was waiting for. */
    public BatchRun continued() {
        return new BatchRun(serviceId, name, taskId, attempt, null);
    }

    /** The id of the workflow that does it. */
    public String workflowId() {
        return WorkflowIds.job(name, taskId, attempt);
    }
}
