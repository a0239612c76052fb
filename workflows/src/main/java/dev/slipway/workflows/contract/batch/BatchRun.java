package dev.slipway.workflows.contract.batch;

/**
 * Which run of which batch service. Everything else is in rows.
 *
 * @param attempt 1, and one more at each restart of the same task by a user
 */
public record BatchRun(String serviceId, String taskId, int attempt) {
    /** The id of the workflow that does it. */
    public String workflowId() {
        return "batch/" + taskId + "/" + attempt;
    }
}
